#include "proxy/admin_tables.h"

#include <algorithm>
#include <iterator>

#include "proxy/admin_chatter.h"
#include "proxy/admin_stats.h"

namespace leasehold::proxy::admin {
namespace {

using metrics::TabletFigures;
using wire::integer_column;
using wire::text_column;

std::string number(std::uint64_t value) {
    return std::to_string(value);
}
Cell or_null(const std::string& text) {
    return text.empty() ? Cell() : Cell(text);
}
std::string yes_no(bool value) {
    return value ? "yes" : "no";
}

std::string state_word(const TabletFigures& tablet) {
    if (!tablet.state.empty()) return tablet.state;
    return tablet.up ? "ONLINE" : "SHUNNED";
}

Table show_version(const AdminView& view) {
    return {{text_column("version")}, {{"Leasehold " + view.snapshot.version}}};
}

Table show_config(const AdminView& view) {
    Table table{{text_column("key"), text_column("value"), text_column("default")}, {}};
    for (const auto& line : view.config) table.rows.push_back({line.key, line.value, line.default_value});
    return table;
}

Table show_keyspaces(const AdminView& view) {
    Table table{
        {text_column("keyspace"), text_column("database"), text_column("sharded"), integer_column("shards"),
         integer_column("tables"), integer_column("vindexes"), text_column("paused")},
        {}};
    for (const auto& keyspace : view.snapshot.keyspaces) {
        table.rows.push_back({keyspace.name, keyspace.database, yes_no(keyspace.sharded),
                              number(keyspace.shards.size()), number(keyspace.tables),
                              number(keyspace.vindexes), yes_no(keyspace.paused)});
    }
    return table;
}

Table show_shards(const AdminView& view) {
    Table table{{text_column("keyspace"), text_column("shard"), text_column("primary"),
                 text_column("primary_state"), integer_column("replicas"), integer_column("replicas_up")},
                {}};
    for (const auto& keyspace : view.snapshot.keyspaces) {
        for (const std::string& shard : keyspace.shards) {
            const TabletFigures* primary = nullptr;
            std::uint64_t replicas = 0, replicas_up = 0;
            for (const TabletFigures& tablet : view.snapshot.tablets) {
                if (tablet.keyspace != keyspace.name || tablet.shard != shard) continue;
                if (tablet.tablet_type == "primary") {
                    primary = &tablet;
                } else {
                    ++replicas;
                    replicas_up += tablet.up ? 1 : 0;
                }
            }
            table.rows.push_back({keyspace.name, shard, primary ? Cell(primary->tablet) : Cell(),
                                  primary ? Cell(state_word(*primary)) : Cell(), number(replicas),
                                  number(replicas_up)});
        }
    }
    return table;
}

std::string lag(const TabletFigures& tablet) {
    return tablet.replication_lag_seconds
               ? number(static_cast<std::uint64_t>(*tablet.replication_lag_seconds))
               : "";
}

Table show_tablets(const AdminView& view) {
    Table table{
        {text_column("keyspace"), text_column("shard"), text_column("tablet_type"), text_column("tablet"),
         text_column("state"), text_column("version"), integer_column("server_id"), text_column("read_only"),
         integer_column("max_connections"), text_column("replication"), integer_column("replication_lag_s"),
         integer_column("probe_failures"), text_column("last_error")},
        {}};
    for (const TabletFigures& tablet : view.snapshot.tablets) {
        Cell replication;
        if (tablet.tablet_type == "replica") {
            replication = tablet.replication_broken        ? "broken"
                          : tablet.replication_lag_seconds ? "running"
                                                           : "none";
        }
        table.rows.push_back({tablet.keyspace, tablet.shard, tablet.tablet_type, tablet.tablet,
                              state_word(tablet), or_null(tablet.server_version), number(tablet.server_id),
                              tablet.read_only ? Cell(yes_no(*tablet.read_only)) : Cell(),
                              number(tablet.max_connections), replication, or_null(lag(tablet)),
                              number(tablet.probes_failed_in_a_row), or_null(tablet.last_error)});
    }
    return table;
}

Table show_pools(const AdminView& view) {
    Table table{
        {text_column("keyspace"), text_column("shard"), text_column("tablet_type"), text_column("tablet"),
         integer_column("capacity"), integer_column("idle"), integer_column("leased"),
         integer_column("reserved"), integer_column("connecting"), integer_column("waiters"),
         integer_column("max_wait_us"), integer_column("opened"), integer_column("closed")},
        {}};
    for (const TabletFigures& tablet : view.snapshot.tablets) {
        table.rows.push_back({tablet.keyspace, tablet.shard, tablet.tablet_type, tablet.tablet,
                              number(tablet.capacity), number(tablet.idle), number(tablet.leased),
                              number(tablet.reserved), number(tablet.connecting), number(tablet.waiters),
                              number(tablet.longest_wait_us), number(tablet.opened),
                              number(tablet.closed_total())});
    }
    return table;
}

Table show_leases(const AdminView& view) {
    Table table{
        {integer_column("id"), text_column("keyspace"), text_column("shard"), text_column("tablet"),
         text_column("tablet_type"), text_column("kind"), text_column("reasons"), integer_column("client_id"),
         text_column("user"), integer_column("age_ms"), text_column("statement")},
        {}};
    for (const LeaseRow& lease : view.leases) {
        table.rows.push_back({number(lease.id), lease.keyspace, lease.shard, lease.tablet, lease.tablet_type,
                              lease.kind, lease.reasons, number(lease.client_id), lease.user,
                              number(lease.age_ms), lease.statement});
    }
    return table;
}

// "127.0.0.1:50212" to address and port; a Unix socket's client has no port.
std::pair<std::string, Cell> split_host(const std::string& host) {
    const std::size_t colon = host.rfind(':');
    if (colon == std::string::npos) return {host, std::nullopt};
    return {host.substr(0, colon), host.substr(colon + 1)};
}

Table show_clients(const AdminView& view) {
    Table table{{integer_column("id"), text_column("user"), text_column("database"), text_column("state"),
                 text_column("addr"), integer_column("port"), integer_column("connected_ms"),
                 integer_column("state_ms"), integer_column("wait"), integer_column("wait_us"),
                 text_column("tls"), text_column("application_name"), integer_column("prepared_statements"),
                 text_column("command"), text_column("statement"), integer_column("leases"),
                 text_column("reserved_reason"), integer_column("worker")},
                {}};
    for (const ClientRow& client : view.clients) {
        const auto [address, port] = split_host(client.host);
        table.rows.push_back({number(client.id), client.user, or_null(client.database), client.state, address,
                              port, number(client.connected_ms), number(client.state_ms),
                              number(client.wait_us / 1'000'000), number(client.wait_us % 1'000'000),
                              yes_no(client.tls), client.program, number(client.prepared_statements),
                              client.command, client.statement, number(client.leases),
                              client.reserved_reasons, number(client.worker)});
    }
    return table;
}

Table show_servers(const AdminView& view) {
    Table table{
        {integer_column("id"), text_column("keyspace"), text_column("shard"), text_column("tablet_type"),
         text_column("tablet"), text_column("state"), integer_column("age_ms"), integer_column("state_ms"),
         integer_column("remote_pid"), integer_column("client_id"), text_column("tls"),
         integer_column("prepared_statements"), text_column("reserved_reason"), integer_column("worker")},
        {}};
    for (const ServerRow& server : view.servers) {
        table.rows.push_back(
            {number(server.id), server.keyspace, server.shard, server.tablet_type, server.tablet,
             server.state, number(server.age_ms), number(server.state_ms), number(server.tablet_thread_id),
             server.client_id == 0 ? Cell() : Cell(number(server.client_id)), yes_no(server.tls),
             number(server.prepared_statements), server.reserved_reasons, number(server.worker)});
    }
    return table;
}

Table show_plans(const AdminView& view) {
    Table table{{text_column("keyspace"), text_column("plan"), text_column("statement"),
                 integer_column("hits"), integer_column("bytes"), integer_column("worker")},
                {}};
    for (const PlanRow& plan : view.plans) {
        table.rows.push_back({plan.keyspace, plan.plan, plan.statement, number(plan.hits), number(plan.bytes),
                              number(plan.worker)});
    }
    return table;
}

Table show_memory(const AdminView& view) {
    Table table{{text_column("component"), integer_column("bytes")}, {}};
    const metrics::Snapshot& snapshot = view.snapshot;
    const auto row = [&](std::string name, std::uint64_t bytes) {
        table.rows.push_back({std::move(name), number(bytes)});
    };
    for (const auto& part : snapshot.memory) row(part.component, part.bytes);
    if (snapshot.allocator) {
        const jemalloc::Figures& allocator = *snapshot.allocator;
        row("allocator: allocated", allocator.allocated);
        row("allocator: fragmentation", allocator.active - std::min(allocator.active, allocator.allocated));
        row("allocator: metadata", allocator.metadata);
        // jemalloc takes pages that were never touched for resident.
        const std::uint64_t resident = std::min(allocator.resident, snapshot.budget.resident);
        row("allocator: kept for reuse",
            resident - std::min(resident, allocator.active + allocator.metadata));
        row("allocator: retained", allocator.retained);
        row("process: code, stacks and static data",
            snapshot.budget.resident - std::min(snapshot.budget.resident, allocator.resident));
    }
    row("process: resident", snapshot.budget.resident);
    row("process: watermark", snapshot.budget.watermark);
    row("process: limit", snapshot.budget.limit);
    for (const auto& part : snapshot.keyspace_memory) row("keyspace: " + part.keyspace, part.bytes);
    return table;
}

Table rows_of(ShowWhat what, const AdminView& view) {
    switch (what) {
        case ShowWhat::help:
            return show_help();
        case ShowWhat::version:
            return show_version(view);
        case ShowWhat::config:
            return show_config(view);
        case ShowWhat::keyspaces:
            return show_keyspaces(view);
        case ShowWhat::shards:
            return show_shards(view);
        case ShowWhat::tablets:
            return show_tablets(view);
        case ShowWhat::pools:
            return show_pools(view);
        case ShowWhat::leases:
            return show_leases(view);
        case ShowWhat::clients:
            return show_clients(view);
        case ShowWhat::servers:
            return show_servers(view);
        case ShowWhat::stats:
            return show_stats(view);
        case ShowWhat::queries:
            return show_queries(view);
        case ShowWhat::lists:
            return show_lists(view);
        case ShowWhat::memory:
            return show_memory(view);
        case ShowWhat::plans:
            return show_plans(view);
        default:
            return show_chatter(what, view).value_or(Table());
    }
}

// The first column is a number there.
bool has_id_first(ShowWhat what) {
    return what == ShowWhat::leases || what == ShowWhat::clients || what == ShowWhat::servers ||
           what == ShowWhat::processlist || what == ShowWhat::full_processlist;
}

}  // namespace

Table show(const Show& statement, const AdminView& view) {
    Table table = rows_of(statement.what, view);
    if (!statement.like) return table;
    return filter_like(std::move(table), *statement.like, has_id_first(statement.what) ? 1 : 0);
}

Table select(const Select& statement, const SelectContext& context) {
    Table table;
    std::vector<Cell> row;
    for (const SelectItem& item : statement.items) {
        bool is_number = item.kind == SelectItem::Kind::number;
        Cell value;
        switch (item.kind) {
            case SelectItem::Kind::number:
            case SelectItem::Kind::text:
                value = item.value;
                break;
            case SelectItem::Kind::null:
                break;
            case SelectItem::Kind::variable:
                value = context.variable ? context.variable(item.value) : Cell();
                break;
            case SelectItem::Kind::function:
                if (item.value == "version") {
                    value = context.version;
                } else if (item.value == "connection_id") {
                    value = number(context.connection_id);
                    is_number = true;
                } else if (item.value != "database" && item.value != "schema") {
                    value = context.user;
                }
                break;
        }
        const bool is_integer = is_number && value && value->find('.') == std::string::npos;
        table.columns.push_back(is_integer  ? integer_column(item.column)
                                : is_number ? wire::double_column(item.column)
                                            : text_column(item.column));
        row.push_back(std::move(value));
    }
    table.rows.push_back(std::move(row));
    return table;
}

}  // namespace leasehold::proxy::admin
