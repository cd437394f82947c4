// COM_QUERY: plan, route, run. Thread: the worker's.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "proxy/session.h"
#include "router/plan_cache.h"

namespace leasehold::proxy {

class StreamedStatement;

// Text or prepared: what is run, and where its bytes come from.
struct StatementSource {
    std::string_view sql;
    std::span<const SqlValue> values;             // literals or bound parameters
    wire::BytesView payload;                      // the client's packet
    wire::BytesView frames;                       // the same with its headers; empty when it was assembled
    const PreparedStatement* prepared = nullptr;  // set for an execute
    const wire::ExecuteRequest* execute = nullptr;
    // Most of the packet is still to come: `sql` is the outline of its beginning, `execute` has no values.
    StreamedStatement* streamed = nullptr;
};

net::Task<Flow> run_query(Session& session, Command& command);

// The same for a text that is not the client's own packet.
net::Task<Flow> run_text(Session& session, std::string_view sql);

// Carries a plan out and counts it.
net::Task<Flow> run_plan(Session& session, router::PlanRef plan, const StatementSource& source);

router::PlanContext plan_context(Session& session, bool prepared);

// Where a statement runs: `keyspace`, as its plan says, or when no keyspace is selected and the statement
// needs none the first that the user may use.
std::size_t keyspace_for(Session& session, const router::Plan& plan, std::size_t keyspace);

// The pool that serves one shard for this session's target; a tablet that the session holds already comes
// first. Errors: 1105 no replica is up, 1044 the user may not use the keyspace.
Result<pool::Pool*> pool_for(Session& session, std::size_t keyspace, std::size_t shard);

}  // namespace leasehold::proxy
