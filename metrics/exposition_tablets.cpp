// Families that have a tablet: leasehold_pool_*, connections, leases, reasons, health.
#include "metrics/exposition_family.h"

namespace leasehold::metrics {
namespace {

using prometheus::MetricType;

Labels labels_of(const TabletFigures& tablet) {
    return {{"keyspace", tablet.keyspace},
            {"shard", tablet.shard},
            {"tablet_type", tablet.tablet_type},
            {"tablet", tablet.tablet}};
}

Labels labels_of(const TabletFigures& tablet, std::string_view name, std::string value) {
    Labels labels = labels_of(tablet);
    labels.emplace_back(name, std::move(value));
    return labels;
}

template <typename Value>
Family plain(const Snapshot& snapshot, std::string name, std::string help, MetricType type, Value value,
             Merge merge = Merge::add) {
    Family family(std::move(name), std::move(help), type, merge);
    for (const TabletFigures& tablet : snapshot.tablets) family.add(labels_of(tablet), value(tablet));
    return family;
}

Family by_name(const Snapshot& snapshot, std::string name, std::string help, MetricType type,
               std::string_view label, std::vector<NamedCount> TabletFigures::*counts) {
    Family family(std::move(name), std::move(help), type);
    for (const TabletFigures& tablet : snapshot.tablets) {
        for (const NamedCount& count : tablet.*counts)
            family.add(labels_of(tablet, label, count.name), count.count);
    }
    return family;
}

Family connections(const Snapshot& snapshot) {
    Family family("leasehold_pool_connections", "Connections to the tablet by state.", MetricType::Gauge);
    for (const TabletFigures& tablet : snapshot.tablets) {
        family.add(labels_of(tablet, "state", "idle"), tablet.idle);
        family.add(labels_of(tablet, "state", "leased"), tablet.leased);
        family.add(labels_of(tablet, "state", "reserved"), tablet.reserved);
        family.add(labels_of(tablet, "state", "connecting"), tablet.connecting);
    }
    return family;
}

Family failed_waits(const Snapshot& snapshot) {
    Family family("leasehold_pool_waits_failed_total", "Waits for a lease that got none.",
                  MetricType::Counter);
    for (const TabletFigures& tablet : snapshot.tablets) {
        family.add(labels_of(tablet, "outcome", "timed_out"), tablet.waits_timed_out);
        family.add(labels_of(tablet, "outcome", "refused"), tablet.waits_refused);
    }
    return family;
}

Family replication_lag(const Snapshot& snapshot) {
    Family family("leasehold_replication_lag_seconds",
                  "How far a replica is behind; absent when it does not replicate.", MetricType::Gauge,
                  Merge::larger);
    for (const TabletFigures& tablet : snapshot.tablets) {
        if (tablet.replication_lag_seconds) family.add(labels_of(tablet), *tablet.replication_lag_seconds);
    }
    return family;
}

Family replication_broken(const Snapshot& snapshot) {
    Family family("leasehold_replication_broken", "1 when a replica does not replicate.", MetricType::Gauge,
                  Merge::larger);
    for (const TabletFigures& tablet : snapshot.tablets) {
        if (tablet.tablet_type != "replica") continue;
        family.add(labels_of(tablet), tablet.replication_broken ? 1.0 : 0.0);
    }
    return family;
}

}  // namespace

Families tablet_families(const Snapshot& snapshot) {
    using T = TabletFigures;
    Families all;
    all.push_back(plain(
        snapshot, "leasehold_tablet_up", "1 when the tablet is used.", MetricType::Gauge,
        [](const T& tablet) { return tablet.up ? 1.0 : 0.0; }, Merge::larger));
    all.push_back(connections(snapshot));
    all.push_back(plain(
        snapshot, "leasehold_pool_capacity", "Connections to the tablet, at most.", MetricType::Gauge,
        [](const T& tablet) { return tablet.capacity; }, Merge::larger));
    all.push_back(plain(
        snapshot, "leasehold_pool_reserved_capacity", "Reserved leases of the tablet, at most.",
        MetricType::Gauge, [](const T& tablet) { return tablet.reserved_capacity; }, Merge::larger));
    all.push_back(plain(snapshot, "leasehold_pool_waiters", "Sessions that wait for a lease.",
                        MetricType::Gauge, [](const T& tablet) { return tablet.waiters; }));
    all.push_back(plain(snapshot, "leasehold_pool_wait_seconds",
                        "Waits for a lease: granted, timed out and cancelled alike.", MetricType::Histogram,
                        [](const T& tablet) -> const Histogram& { return tablet.wait; }));
    all.push_back(failed_waits(snapshot));
    all.push_back(plain(snapshot, "leasehold_connections_opened_total",
                        "Connections to the tablet that were begun.", MetricType::Counter,
                        [](const T& tablet) { return tablet.opened; }));
    all.push_back(by_name(snapshot, "leasehold_connections_closed_total", "Connections that ended, by cause.",
                          MetricType::Counter, "cause", &T::closed));
    all.push_back(by_name(snapshot, "leasehold_leases_total", "Leases granted, by kind.", MetricType::Counter,
                          "kind", &T::leases));
    all.push_back(by_name(snapshot, "leasehold_leases_returned_total",
                          "Leases given back, by what became of the connection.", MetricType::Counter,
                          "disposition", &T::returned));
    all.push_back(by_name(snapshot, "leasehold_reserved_leases", "Leases that are reserved now, by reason.",
                          MetricType::Gauge, "reason", &T::reserved_now));
    all.push_back(by_name(snapshot, "leasehold_leases_reserved_total", "Reasons that reserved a lease.",
                          MetricType::Counter, "reason", &T::reserved_total));
    all.push_back(replication_lag(snapshot));
    all.push_back(replication_broken(snapshot));
    return all;
}

}  // namespace leasehold::metrics
