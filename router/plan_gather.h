// Plans of gathers; see gather_plan.h. Pure. Internal to the planner.
#pragma once

#include <memory>

#include "router/sharded_plan.h"

namespace leasehold::router {

// Errors: 1146 for a table that its keyspace does not have, 1105 for what cannot be gathered (SELECT ... INTO
// OUTFILE).
Result<std::unique_ptr<const Routing>> plan_gather(const ShardedStatement& statement, const Query& query);

// INSERT ... SELECT into `columns` of a sharded table, from any rows. Errors: 1105 where an ON DUPLICATE KEY
// UPDATE reads the query's columns or parameters, and for RETURNING.
Result<std::unique_ptr<const Routing>> plan_gather_insert(const ShardedStatement& statement,
                                                          const InsertStatement& insert,
                                                          const std::vector<std::string>& columns);

}  // namespace leasehold::router
