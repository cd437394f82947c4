// The merge of groups that several shards have parts of: GROUP BY, aggregates, HAVING. Internal to the
// planner.
#pragma once

#include "router/colocation.h"
#include "router/merge_text.h"
#include "router/sharded_plan.h"

namespace leasehold::router {

struct GroupedSelect {
    const ShardedStatement& statement;
    const Query& query;
    const SelectCore& select;
    const Analysis& analysis;
    const Colocation& colocation;
    TextMatcher& matcher;
};

// Fills the plan. False: the groups cannot be merged exactly.
bool plan_groups(const GroupedSelect& grouped, MergeTextWriter& writer, MergePlan& plan);

}  // namespace leasehold::router
