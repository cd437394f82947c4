// CPU time of the router alone, for each statement: lexing and a hit in the plan cache with its route, and parsing
// and planning without the cache. Started by scripts/bench router; the topology is that of the router's tests.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <vector>

#include "router/plan_cache.h"
#include "router/planner.h"
#include "tests/router/test_topology.h"

namespace {

using namespace leasehold::router;

double cpu_nanoseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// The least of several rounds: what is above it is other people's work on the machine (caches, clock).
template <class Work>
double least_microseconds(int times, Work work) {
    double least = 1e18;
    for (int round = 0; round < 15; ++round) {
        const double begin = cpu_nanoseconds();
        for (int i = 0; i < times; ++i) work();
        least = std::min(least, (cpu_nanoseconds() - begin) / times);
    }
    return least / 1000;
}

struct Case {
    const char* name;
    std::string_view sql;
};

constexpr Case cases[] = {
    {"point select", "SELECT c FROM sbtest1 WHERE id = 4711"},
    {"point update", "UPDATE customer SET name = 'somebody' WHERE id = 4711"},
    {"insert", "INSERT INTO items (id, customer_id, what) VALUES (1, 4711, 'a thing')"},
    {"IN list", "SELECT id, name FROM customer WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8)"},
    {"scatter", "SELECT id, name FROM customer WHERE name LIKE 'a%' ORDER BY name, id LIMIT 10"},
    {"join on the vindex",
     "SELECT c.name, o.order_id FROM customer c JOIN orders o ON o.customer_id = c.id WHERE c.id = 4711"},
};

}  // namespace

int main() {
    const Target target{"customer", std::nullopt, leasehold::TabletType::primary};
    const PlanContext context{&target, {}, false};
    PlanLimits none;
    none.max_cached_statement = 0;
    PlanCache warm(test_topology(), {});
    PlanCache cold(test_topology(), none);
    bool failed = false;
    for (const Case& it : cases) {
        std::size_t shards = 0;
        const auto once = [&](PlanCache& cache) {
            const auto planned = cache.plan(it.sql, context);
            if (!planned) {
                failed = true;
                return;
            }
            const auto route = PlanCache::route(*planned->plan, it.sql, planned->literals);
            if (route) shards += route->shards.size();
            if (!route) failed = true;
        };
        const double hit = least_microseconds(20'000, [&] { once(warm); });
        const double miss = least_microseconds(2'000, [&] { once(cold); });
        std::printf("%s\t%.3f\t%.3f\n", it.name, hit, miss);
        if (shards == 0) failed = true;
    }
    if (warm.stats().hits == 0 || cold.stats().hits != 0) failed = true;
    if (failed) std::fputs("a statement of the benchmark was not planned, or not as it should be\n", stderr);
    return failed ? 1 : 0;
}
