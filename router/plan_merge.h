// From a SELECT over several shards to its merge. Pure; internal to the planner.
#pragma once

#include <memory>

#include "router/merge_plan.h"
#include "router/sharded_plan.h"

namespace leasehold::router {

// Null: no merge of the shards' rows is exactly the answer. The statement's tables must be such that every
// row is made on one shard (no Placement::obstacle).
std::shared_ptr<const MergePlan> plan_merge(const ShardedStatement& statement, const Query& query,
                                            const Analysis& analysis);

}  // namespace leasehold::router
