#include "router/concatenation.h"
#include "router/plan_merge.h"
#include "router/sharded_plan.h"

namespace leasehold::router {

Result<ShardedPlan> plan_select(const ShardedStatement& statement, const Query& query) {
    Result<Analysis> analysis = Analyzer(statement.tree, statement.lookup()).analyze(query);
    if (!analysis) return analysis.error();
    Placement placement = place(*analysis, statement.tree.tokens);
    if (!placement.sharded) {
        const bool tables = !analysis->instances.empty();
        return to_any_shard(statement,
                            tables ? "the first shard: every shard has these tables" : "the first shard");
    }
    std::string obstacle = concatenation_obstacle(query);
    std::shared_ptr<const MergePlan> merge;
    if (!obstacle.empty()) merge = plan_merge(statement, query, *analysis);
    if (merge != nullptr) obstacle.clear();
    Result<ShardedPlan> plan =
        by_placement(statement, std::move(placement), std::move(analysis->constants), std::move(obstacle));
    if (plan) plan->merge = std::move(merge);
    return plan;
}

}  // namespace leasehold::router
