// sql_select_limit over several shards: the statement gets a LIMIT of its own, and the shards no limit but
// that. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

// Whether this statement, by this plan, may go to several shards with the session's sql_select_limit on each.
bool limits_select(const Session& session, const router::Plan& plan);

// Runs it. `source.sql` stays the client's; the plan for the changed text is made here.
net::Task<Flow> run_limited(Session& session, router::PlanRef plan, const StatementSource& source);

}  // namespace leasehold::proxy
