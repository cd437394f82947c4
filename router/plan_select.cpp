#include "router/concatenation.h"
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
    return by_placement(statement, std::move(placement), std::move(analysis->constants),
                        concatenation_obstacle(query));
}

}  // namespace leasehold::router
