// INSERT ... SELECT into a sharded table: the query's rows, a temporary table on the scratch tablet, are read
// back and inserted in batches, each row on its shard. Thread: the worker's.
#pragma once

#include "proxy/lookup_upkeep.h"
#include "proxy/query.h"
#include "proxy/scratch.h"
#include "router/plan.h"

namespace leasehold::proxy {

// The table is there. Errors: the shards' own, with their names; then nothing was inserted.
net::Task<Result<RowsChanged>> insert_from_scratch(Session& session, Scratch& scratch,
                                                   const router::GatherInsert& insert);

// The same, and the client gets its answer.
net::Task<Flow> insert_gathered(Session& session, Scratch& scratch, const router::GatherInsert& insert);

}  // namespace leasehold::proxy
