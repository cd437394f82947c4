// One statement on one shard whose answer is not the client's as it comes. Thread: the worker's.
#pragma once

#include "proxy/query.h"
#include "proxy/relay.h"

namespace leasehold::proxy {

// On the session's own lease there or a new one, with what the plan's effects make of that lease. Errors:
// those of leasing and the tablet's own. `kept`: gets the rows.
net::Task<Result<RelayEnd>> run_quietly_on(Session& session, const router::Plan& plan, std::uint16_t keyspace,
                                           const router::ShardQuery& query, const StatementSource& source,
                                           KeptRows* kept = nullptr);

// "customer/-80: ..."
Error named_by_shard(Session& session, std::uint16_t keyspace, std::uint16_t shard, const Error& error);

}  // namespace leasehold::proxy
