// A vindex asked as a table: SELECT * FROM vdx WHERE id = 1 tells the keyspace id and the shard of a value,
// as in Vitess. The rows are worked out here and stand in the table's place in what a shard gets; it does the
// rest of the statement. Pure.
#pragma once

#include <optional>

#include "router/sharded_plan.h"

namespace leasehold::router {

// Unset: the query names no vindex. Errors: 1105 for other conditions than id = value and id IN (values).
std::optional<Result<ShardedPlan>> plan_vindex_query(const ShardedStatement& statement, const Query& query);

}  // namespace leasehold::router
