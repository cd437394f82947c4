// Any bytes as a statement: planned and routed on a small topology, twice, the second time from the cache.
// The first byte chooses the target, the SQL mode and whether the statement is prepared.
#include <cstdint>
#include <string_view>

#include "fuzz/require.h"
#include "router/explain.h"
#include "router/plan_cache.h"
#include "tests/router/test_topology.h"

using namespace leasehold;
using namespace leasehold::router;

namespace {

std::string plan_and_route(PlanCache& cache, std::string_view sql, const PlanContext& context) {
    const Result<PlannedStatement> planned = cache.plan(sql, context);
    if (!planned) {
        require(planned.error().code != 0 && !planned.error().message.empty());
        return planned.error().message;
    }
    const Plan& plan = *planned->plan;
    require((plan.opcode == Opcode::session) == (plan.routing == nullptr));
    if (plan.routing == nullptr) return explain(plan, cache.topology(), std::nullopt);
    const SqlValue parameters[] = {std::int64_t{1},  std::string_view("4"), Null{},
                                   Decimal{"-1.50"}, std::uint64_t{7},      2.5};
    const std::span<const SqlValue> values =
        context.prepared ? std::span(parameters) : std::span(planned->literals);
    Result<Route> route = PlanCache::route(plan, sql, values);
    if (!route) return route.error().message;
    require(plan.keyspace == route->keyspace && (!route->shards.empty() || route->gather != nullptr));
    const Keyspace& keyspace = cache.topology().keyspaces[route->keyspace];
    int last = -1;
    for (const ShardQuery& query : route->shards) {
        require(query.shard < keyspace.shards.size() && query.shard > last);
        last = query.shard;
    }
    return explain(plan, cache.topology(), *route);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::shared_ptr<const Topology> topology = test_topology();
    static const Target targets[] = {{"customer", std::nullopt, TabletType::primary},
                                     {"wide", std::nullopt, TabletType::primary},
                                     {"legacy", std::nullopt, TabletType::primary},
                                     {}};
    static PlanCache cache(topology, {});
    if (size == 0) return 0;
    const std::uint8_t choice = data[0];
    const std::string_view sql(reinterpret_cast<const char*>(data) + 1, size - 1);
    SqlMode mode;
    mode.ansi_quotes = (choice & 8) != 0;
    mode.no_backslash_escapes = (choice & 16) != 0;
    const PlanContext context{&targets[choice & 3], mode, (choice & 4) != 0};
    const std::string first = plan_and_route(cache, sql, context);
    require(plan_and_route(cache, sql, context) == first);
    return 0;
}
