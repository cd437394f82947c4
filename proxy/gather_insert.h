// INSERT ... SELECT into a sharded table: the query's rows, a temporary table on the scratch tablet, are read
// back and inserted in batches, each row on its shard. Thread: the worker's.
#pragma once

#include "proxy/query.h"
#include "proxy/scratch.h"
#include "router/plan.h"

namespace leasehold::proxy {

// The table is there; the client gets its answer. Errors: the shards' own, with their names; then nothing was
// inserted.
net::Task<Flow> insert_gathered(Session& session, Scratch& scratch, const router::GatherInsert& insert);

}  // namespace leasehold::proxy
