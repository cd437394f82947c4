#include "router/concatenation.h"
#include "router/plan_gather.h"
#include "router/plan_merge.h"
#include "router/sharded_plan.h"
#include "router/vindex_query.h"

namespace leasehold::router {

// One shard, else one shard's answer after another's, else a merge of them, else a gather.
Result<ShardedPlan> plan_select(const ShardedStatement& statement, const Query& query) {
    if (std::optional<Result<ShardedPlan>> asked = plan_vindex_query(statement, query))
        return *std::move(asked);
    Result<Analysis> analysis = Analyzer(statement.tree, statement.lookup()).analyze(query);
    if (!analysis) return analysis.error();
    Placement placement = place(*analysis, statement.tree.tokens);
    if (!placement.sharded) {
        const bool tables = !analysis->instances.empty();
        return to_any_shard(statement,
                            tables ? "the first shard: every shard has these tables" : "the first shard");
    }
    std::string obstacle = statement.gathers ? "a gather" : concatenation_obstacle(query);
    std::shared_ptr<const MergePlan> merge;
    if (!obstacle.empty() && !statement.gathers) merge = plan_merge(statement, query, *analysis);
    if (merge != nullptr) obstacle.clear();
    if (obstacle.empty()) obstacle = effects_obstacle(statement.effects.set);
    if (obstacle.empty()) obstacle = placement.obstacle;
    std::unique_ptr<const Routing> gather;
    if (!obstacle.empty() && statement.keyspace().shard_count() > 1) {
        Result<std::unique_ptr<const Routing>> planned = plan_gather(statement, query);
        if (!planned) return planned.error();
        gather = *std::move(planned);
        merge.reset();
    }
    Result<ShardedPlan> plan = by_placement(statement, std::move(placement), std::move(analysis->constants),
                                            std::move(obstacle), std::move(gather));
    if (plan) plan->merge = std::move(merge);
    return plan;
}

Result<ShardedPlan> plan_select_of_keyspaces(const ShardedStatement& statement, const Query& query) {
    Result<std::unique_ptr<const Routing>> gather = plan_gather(statement, query);
    if (!gather) return gather.error();
    return ShardedPlan{Opcode::gather, *std::move(gather), nullptr};
}

}  // namespace leasehold::router
