// A SELECT over several shards whose rows are merged as they stream (router/merge_plan.h): sorted, limited,
// DISTINCT, grouped. What is held is one buffer a shard and what limits.merge_memory allows. Thread: the
// worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

net::Task<Flow> run_merge(Session& session, const router::Plan& plan, const router::Route& route,
                          const StatementSource& source);

}  // namespace leasehold::proxy
