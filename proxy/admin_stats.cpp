#include "proxy/admin_stats.h"

#include <algorithm>
#include <map>

#include "proxy/admin_tables.h"

namespace leasehold::proxy::admin {
namespace {

using wire::integer_column;
using wire::text_column;

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

struct Sums {
    std::uint64_t transactions = 0, transaction_us = 0;
    std::uint64_t queries = 0, query_us = 0;
    std::uint64_t assignments = 0, wait_us = 0;
    std::uint64_t received = 0, sent = 0;
    std::uint64_t rows = 0, errors = 0;
};

std::uint64_t to_us(double seconds) {
    return static_cast<std::uint64_t>(seconds * 1e6);
}

std::map<std::string, Sums> sum_up(const metrics::Snapshot& snapshot) {
    std::map<std::string, Sums> sums;
    for (const auto& keyspace : snapshot.keyspaces) sums[keyspace.name];
    for (const auto& transaction : snapshot.transactions) {
        sums[transaction.keyspace].transactions += transaction.count;
        sums[transaction.keyspace].transaction_us += transaction.total_us;
    }
    for (const auto& query : snapshot.queries) sums[query.keyspace].queries += query.count;
    for (const auto& time : snapshot.query_times) sums[time.keyspace].query_us += to_us(time.seconds.sum);
    for (const auto& tablet : snapshot.tablets) {
        for (const auto& kind : tablet.leases) sums[tablet.keyspace].assignments += kind.count;
        sums[tablet.keyspace].wait_us += to_us(tablet.wait.sum);
    }
    for (const auto& traffic : snapshot.traffic) {
        Sums& keyspace = sums[traffic.keyspace];
        (traffic.direction == "in" ? keyspace.received : keyspace.sent) += traffic.bytes;
        keyspace.rows += traffic.rows;
    }
    for (const auto& error : snapshot.errors) sums[error.keyspace].errors += error.count;
    return sums;
}

}  // namespace

Table show_stats(const AdminView& view) {
    Table table;
    table.columns = {text_column("keyspace")};
    for (const char* name :
         {"total_xact_count", "total_query_count", "total_server_assignment_count", "total_received",
          "total_sent", "total_xact_time", "total_query_time", "total_wait_time", "avg_xact_count",
          "avg_query_count", "avg_server_assignment_count", "avg_recv", "avg_sent", "avg_xact_time",
          "avg_query_time", "avg_wait_time", "total_rows", "total_errors"}) {
        table.columns.push_back(integer_column(name));
    }
    const double uptime = std::max(view.snapshot.uptime_seconds, 1.0);
    const auto a_second = [&](std::uint64_t count) {
        return number(static_cast<std::uint64_t>(static_cast<double>(count) / uptime));
    };
    const auto each = [](std::uint64_t us, std::uint64_t count) {
        return number(count == 0 ? 0 : us / count);
    };
    for (const auto& [keyspace, sum] : sum_up(view.snapshot)) {
        table.rows.push_back({keyspace, number(sum.transactions), number(sum.queries),
                              number(sum.assignments), number(sum.received), number(sum.sent),
                              number(sum.transaction_us), number(sum.query_us), number(sum.wait_us),
                              a_second(sum.transactions), a_second(sum.queries), a_second(sum.assignments),
                              a_second(sum.received), a_second(sum.sent),
                              each(sum.transaction_us, sum.transactions), each(sum.query_us, sum.queries),
                              each(sum.wait_us, sum.assignments), number(sum.rows), number(sum.errors)});
    }
    return table;
}

Table show_queries(const AdminView& view) {
    Table table{
        {text_column("keyspace"), text_column("plan"), text_column("statement"), integer_column("count")},
        {}};
    std::vector<const metrics::QueryCount*> queries;
    for (const auto& query : view.snapshot.queries) queries.push_back(&query);
    std::stable_sort(queries.begin(), queries.end(),
                     [](const auto* a, const auto* b) { return a->count > b->count; });
    for (const auto* query : queries) {
        table.rows.push_back({query->keyspace, query->plan, query->statement, number(query->count)});
    }
    return table;
}

Table show_lists(const AdminView& view) {
    const metrics::Snapshot& snapshot = view.snapshot;
    std::uint64_t shards = 0;
    for (const auto& keyspace : snapshot.keyspaces) shards += keyspace.shards.size();
    std::uint64_t idle = 0, used = 0, connecting = 0, waiters = 0;
    for (const auto& tablet : snapshot.tablets) {
        idle += tablet.idle;
        used += tablet.leased + tablet.reserved;
        connecting += tablet.connecting;
        waiters += tablet.waiters;
    }
    std::uint64_t clients = 0;
    for (const auto& client : snapshot.clients) clients += client.count;
    Table table{{text_column("list"), integer_column("items")}, {}};
    table.rows = {{"keyspaces", number(snapshot.keyspaces.size())},
                  {"shards", number(shards)},
                  {"tablets", number(snapshot.tablets.size())},
                  {"clients", number(clients)},
                  {"waiters", number(waiters)},
                  {"leases", number(used)},
                  {"idle_servers", number(idle)},
                  {"used_servers", number(used)},
                  {"connecting_servers", number(connecting)},
                  {"live_connections", number(snapshot.live_connections)},
                  {"plans", number(snapshot.plan_cache.entries)},
                  {"workers", number(snapshot.workers)}};
    return table;
}

Table show_help() {
    Table table{{text_column("statement"), text_column("meaning")}, {}};
    table.rows = {
        {"SHOW HELP", "this list; every SHOW takes LIKE 'pattern'"},
        {"SHOW VERSION", "of this process"},
        {"SHOW CONFIG", "every setting with its value and default"},
        {"SHOW KEYSPACES", "keyspaces of the configuration"},
        {"SHOW SHARDS", "shards with their primary and how many replicas are up"},
        {"SHOW TABLETS", "servers: state, version, replication, last error"},
        {"SHOW POOLS", "connections to each tablet by state, and who waits"},
        {"SHOW LEASES", "connections that are out, who has them, and why they are reserved"},
        {"SHOW CLIENTS", "sessions; their ids are those of KILL"},
        {"SHOW SERVERS", "tablet connections one by one"},
        {"SHOW STATS", "totals and averages a keyspace since start"},
        {"SHOW QUERIES", "statements by keyspace, plan and kind"},
        {"SHOW PLANS", "cached plans"},
        {"SHOW MEMORY", "memory by component"},
        {"SHOW LISTS", "how many there are of each thing"},
        {"RELOAD", "reads the configuration again; a broken one changes nothing"},
        {"PAUSE [keyspace]", "statements wait from now on; answered when none runs any more"},
        {"RESUME [keyspace]", "ends PAUSE"},
        {"DRAIN tablet", "no new leases of a tablet; its connections close when they come back"},
        {"RECONNECT [keyspace]", "connections are replaced when they come back"},
        {"KILL [QUERY | CONNECTION] id", "ends a session, or only what it runs"},
        {"SHUTDOWN", "drains and exits"},
        {"SET name = value", "changes a setting until the next RELOAD or restart"},
        {"EXPLAIN ROUTE statement", "where a statement would go"},
        {"DUMP HEAP PROFILE", "writes a heap profile, when profiling is on"},
    };
    return table;
}

}  // namespace leasehold::proxy::admin
