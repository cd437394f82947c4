// A small cluster in figures, for tests of what is shown of it.
#pragma once

#include "proxy/admin_view.h"

namespace leasehold::proxy {

inline metrics::TabletFigures sample_tablet(std::string keyspace, std::string shard, std::string type,
                                            std::string address, bool up) {
    metrics::TabletFigures tablet;
    tablet.keyspace = std::move(keyspace);
    tablet.shard = std::move(shard);
    tablet.tablet_type = std::move(type);
    tablet.tablet = std::move(address);
    tablet.up = up;
    tablet.capacity = 64;
    tablet.reserved_capacity = 32;
    return tablet;
}

inline metrics::Snapshot sample_snapshot() {
    metrics::Snapshot snapshot;
    snapshot.version = "0.1.0";
    snapshot.uptime_seconds = 10;
    snapshot.listening = true;
    snapshot.workers = 2;
    snapshot.max_clients = 10'000;
    snapshot.keyspaces = {{"customer", "customer_db", true, false, {"-80", "80-"}, 3, 1},
                          {"commerce", "commerce", false, false, {"-"}, 0, 0}};
    auto primary = sample_tablet("customer", "-80", "primary", "127.0.0.1:3321", true);
    primary.idle = 3;
    primary.leased = 2;
    primary.reserved = 1;
    primary.connecting = 4;
    primary.waiters = 5;
    primary.longest_wait_us = 1234;
    primary.opened = 20;
    primary.closed = {{"idle", 7}, {"lifetime", 3}};
    primary.leases = {{"plain", 90}, {"reserved", 10}};
    primary.wait = {{0.001, 0.01}, {50, 100, 100}, 0.5};
    auto replica = sample_tablet("customer", "-80", "replica", "127.0.0.1:3322", true);
    replica.replication_lag_seconds = 4;
    replica.read_only = true;
    replica.server_version = "10.11.14-MariaDB";
    auto broken = sample_tablet("customer", "80-", "replica", "unix:/run/m.sock", false);
    broken.replication_broken = true;
    broken.last_error = "connection <refused>";
    snapshot.tablets = {primary, replica, sample_tablet("customer", "80-", "primary", "127.0.0.1:3331", true),
                        broken, sample_tablet("commerce", "-", "primary", "127.0.0.1:3311", true)};
    snapshot.queries = {{"customer", "equal_unique", "select", 100},
                        {"commerce", "unsharded", "insert", 300}};
    snapshot.query_times = {{"customer", "equal_unique", {{0.001}, {100, 100}, 0.25}}};
    snapshot.errors = {{"customer", "1062", 2}};
    snapshot.traffic = {{"customer", "in", 0, 1000}, {"customer", "out", 50, 9000}};
    snapshot.transactions = {{"customer", "single", "commit", 10, 20'000}};
    snapshot.clients = {{"customer", "idle", 8}, {"customer", "waiting", 5}, {"", "login", 1}};
    snapshot.plan_cache.entries = 12;
    snapshot.memory = {{"relay_buffers", 16384}};
    snapshot.live_connections = 10;
    return snapshot;
}

inline ClientRow sample_client(std::uint64_t id, std::string user, std::string state) {
    ClientRow client;
    client.id = id;
    client.user = std::move(user);
    client.host = "127.0.0.1:50212";
    client.database = "customer:-80@replica";
    client.state = std::move(state);
    client.command = "Query";
    client.statement = "SELECT 1";
    client.connected_ms = 61'000;
    client.state_ms = 2'999;
    return client;
}

}  // namespace leasehold::proxy
