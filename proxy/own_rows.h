// SELECTs of the proxy's own, on the way to a route: planned like a client's, asked of the primaries. A
// session whose transaction has a part on such a tablet asks there, and so sees what it wrote; otherwise a
// pooled connection is leased for the question alone. Thread: the worker's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "router/needs.h"

namespace leasehold::proxy {

class Session;

// Errors: those of planning; of the tablets, with the shard's name; 1041 for more rows than
// limits.merge_memory has room for.
net::Task<Result<std::vector<router::TextRow>>> own_rows(Session& session, std::string sql);

// The same of some shards, unplanned, of tablets of the type that the session targets: each shard's rows.
using ShardAnswers = std::vector<std::vector<router::TextRow>>;
net::Task<Result<ShardAnswers>> ask_shards(Session& session, std::uint16_t keyspace,
                                           const std::vector<std::uint16_t>& shards, std::string sql);

}  // namespace leasehold::proxy
