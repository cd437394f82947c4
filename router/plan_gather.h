// Plans of gathers; see gather_plan.h. Pure. Internal to the planner.
#pragma once

#include <memory>

#include "router/sharded_plan.h"

namespace leasehold::router {

// Errors: 1146 for a table that its keyspace does not have, 1105 for what cannot be gathered (SELECT ... INTO
// OUTFILE).
Result<std::unique_ptr<const Routing>> plan_gather(const ShardedStatement& statement, const Query& query);

}  // namespace leasehold::router
