// Families of the process as a whole: plan cache, memory, live objects, process_*.
#include "metrics/exposition_family.h"

namespace leasehold::metrics {
namespace {

using prometheus::MetricType;

template <typename Number>
Family single(std::string name, std::string help, MetricType type, Number value) {
    Family family(std::move(name), std::move(help), type);
    family.add({}, value);
    return family;
}

template <typename Number>
void add_known(Families& all, std::string name, std::string help, MetricType type,
               const std::optional<Number>& value) {
    if (value) all.push_back(single(std::move(name), std::move(help), type, *value));
}

Families memory_families(const Snapshot& snapshot) {
    Families all;
    Family memory("leasehold_memory_bytes", "Memory by component.", MetricType::Gauge);
    for (const MemoryComponent& component : snapshot.memory) {
        memory.add({{"component", component.component}}, component.bytes);
    }
    all.push_back(std::move(memory));
    Family keyspaces("leasehold_memory_keyspace_bytes",
                     "Memory of sessions and tablet connections by keyspace.", MetricType::Gauge);
    for (const KeyspaceMemory& keyspace : snapshot.keyspace_memory) {
        keyspaces.add({{"keyspace", keyspace.keyspace}}, keyspace.bytes);
    }
    all.push_back(std::move(keyspaces));
    if (snapshot.allocator) {
        Family allocator("leasehold_allocator_bytes",
                         "jemalloc's own figures; see its stats.* in jemalloc(3).", MetricType::Gauge);
        allocator.add({{"kind", "allocated"}}, snapshot.allocator->allocated);
        allocator.add({{"kind", "active"}}, snapshot.allocator->active);
        allocator.add({{"kind", "metadata"}}, snapshot.allocator->metadata);
        allocator.add({{"kind", "resident"}}, snapshot.allocator->resident);
        allocator.add({{"kind", "mapped"}}, snapshot.allocator->mapped);
        allocator.add({{"kind", "retained"}}, snapshot.allocator->retained);
        all.push_back(std::move(allocator));
    }
    all.push_back(single("leasehold_memory_limit_bytes", "memory.limit, or what it is by default.",
                         MetricType::Gauge, snapshot.budget.limit));
    all.push_back(single("leasehold_memory_watermark_bytes",
                         "Above it caches shrink and large statements wait.", MetricType::Gauge,
                         snapshot.budget.watermark));
    all.push_back(single("leasehold_memory_refusals_total", "Statements refused for want of memory (1041).",
                         MetricType::Counter, snapshot.budget.refusals));
    all.push_back(single("leasehold_memory_profiling", "1 while allocations are sampled for heap profiles.",
                         MetricType::Gauge, snapshot.budget.profiling ? 1.0 : 0.0));
    return all;
}

}  // namespace

Families process_families(const Snapshot& snapshot, const ProcessFigures& process) {
    Families all;
    Family build("leasehold_build_info", "1; the version is a label.", MetricType::Gauge);
    build.add({{"version", snapshot.version}}, std::uint64_t{1});
    all.push_back(std::move(build));
    all.push_back(single("leasehold_uptime_seconds", "Since the process was ready to start.",
                         MetricType::Gauge, snapshot.uptime_seconds));
    all.push_back(single("leasehold_listening", "1 while new clients are taken.", MetricType::Gauge,
                         snapshot.listening ? 1.0 : 0.0));
    all.push_back(single("leasehold_workers", "Worker threads.", MetricType::Gauge, snapshot.workers));
    all.push_back(single("leasehold_live_connections", "Tablet connection objects that exist in the process.",
                         MetricType::Gauge, snapshot.live_connections));
    all.push_back(single("leasehold_clients_accepted_total", "Client connections taken.", MetricType::Counter,
                         snapshot.clients_accepted));
    all.push_back(single("leasehold_clients_refused_total", "Client connections refused at max_clients.",
                         MetricType::Counter, snapshot.clients_refused));

    // These count up, but their names have no _total: untyped rather than counters that checkers object to.
    const PlanCacheFigures& cache = snapshot.plan_cache;
    all.push_back(single("leasehold_plan_cache_hits", "Statements whose plan was cached; counts up.",
                         MetricType::Untyped, cache.hits));
    all.push_back(single("leasehold_plan_cache_misses", "Statements that were planned; counts up.",
                         MetricType::Untyped, cache.misses));
    all.push_back(single("leasehold_plan_cache_evictions", "Plans given up for others; counts up.",
                         MetricType::Untyped, cache.evictions));
    all.push_back(single("leasehold_plan_cache_entries", "Plans in the caches of all workers.",
                         MetricType::Gauge, cache.entries));

    for (Family& family : memory_families(snapshot)) all.push_back(std::move(family));
    all.push_back(single("leasehold_kills_sent_total", "KILLs sent to tablets for abandoned statements.",
                         MetricType::Counter, snapshot.kills_sent));
    all.push_back(single("leasehold_kills_dropped_total", "KILLs that could not be sent.",
                         MetricType::Counter, snapshot.kills_dropped));
    all.push_back(single("leasehold_log_records_lost_total",
                         "Log records that standard error did not take in time, or not at all.",
                         MetricType::Counter, snapshot.log_records_lost));

    add_known(all, "process_cpu_seconds_total", "CPU time used, user and system.", MetricType::Counter,
              process.cpu_seconds);
    add_known(all, "process_resident_memory_bytes", "Memory in RAM.", MetricType::Gauge,
              process.resident_bytes);
    add_known(all, "process_virtual_memory_bytes", "Address space mapped.", MetricType::Gauge,
              process.virtual_bytes);
    add_known(all, "process_open_fds", "File descriptors in use.", MetricType::Gauge, process.open_fds);
    add_known(all, "process_max_fds", "File descriptors that may be in use at once.", MetricType::Gauge,
              process.max_fds);
    add_known(all, "process_start_time_seconds", "When the process started, in seconds since the epoch.",
              MetricType::Gauge, process.start_time_seconds);
    add_known(all, "process_threads", "Threads of the process.", MetricType::Gauge, process.threads);
    return all;
}

}  // namespace leasehold::metrics
