// One statement on one shard whose answer is not the client's as it comes. Thread: the worker's.
#pragma once

#include <string>

#include "proxy/query.h"
#include "proxy/relay.h"

namespace leasehold::proxy {

// On the session's own lease there or a new one, with what the plan's effects make of that lease. Errors:
// with the shard's name, those of leasing and the tablet's own.
net::Task<Result<RelayEnd>> run_quietly(Session& session, const router::Plan& plan, std::uint16_t keyspace,
                                        const router::ShardQuery& query, const std::string& sql);

}  // namespace leasehold::proxy
