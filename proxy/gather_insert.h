// INSERT ... SELECT into a sharded table: the query's rows, a temporary table on the scratch tablet, are read
// back and inserted in batches, each row on its shard. Thread: the worker's.
#pragma once

#include "proxy/scratch.h"
#include "router/plan.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {

// The table is there. Errors: the shards' own, with their names; then nothing was inserted.
net::Task<Result<wire::OkPacket>> insert_gathered(Session& session, Scratch& scratch,
                                                  const router::GatherInsert& insert);

}  // namespace leasehold::proxy
