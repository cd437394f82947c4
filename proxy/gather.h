// A gathered SELECT: rows of each table stream from their shards into temporary tables on one scratch tablet,
// the statement runs there, and its answer is relayed like any other. Bounded by gather.max_rows and
// gather.max_bytes. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

// What one gather holds in buffers: a batch of rows as a statement, and that statement's packet.
inline constexpr std::size_t gather_buffer_bytes = 1u << 20;

// `route.gather` is set. Errors a client can get: 1104 a limit is reached; what the shards and the scratch
// tablet say, with their names.
net::Task<Flow> run_gather(Session& session, const router::Plan& plan, const router::Route& route,
                           const StatementSource& source);

// A SELECT over several shards that is not to be merged, whatever its own plan says. Values may still lead it
// to one shard.
net::Task<Flow> run_gathered(Session& session, const StatementSource& source);

// PREPARE of a statement whose text no tablet takes as it is: on empty tables. `id`: what the client gets for
// it.
net::Task<Flow> prepare_gathered(Session& session, const router::Route& route, std::uint32_t id);

}  // namespace leasehold::proxy
