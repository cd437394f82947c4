#include "proxy/admin_data_port.h"

#include <algorithm>

namespace leasehold::proxy {
namespace {

// MySQL cuts Info there unless FULL is asked for.
constexpr std::size_t short_info = 100;

std::string number(std::uint64_t value) {
    return std::to_string(value);
}
Cell or_null(std::string_view text) {
    return text.empty() ? Cell() : Cell(std::string(text));
}

bool may_see(std::string_view keyspace, std::span<const std::string> visible) {
    return visible.empty() || std::find(visible.begin(), visible.end(), keyspace) != visible.end();
}

bool matches(std::string_view text, std::string_view pattern) {
    return pattern.empty() || like(text, pattern);
}

// Does not cut within a UTF-8 character.
std::string_view cut(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
    return text.substr(0, bytes);
}

std::string state_text(const ClientRow& client) {
    if (client.state == "waiting") return "waiting for a lease";
    if (client.state == "login") return "login";
    if (client.state == "active") return "executing";
    return client.reserved_reasons.empty() ? "" : "reserved: " + client.reserved_reasons;
}

std::vector<std::string> keyspace_names(const metrics::Snapshot& snapshot,
                                        std::span<const std::string> visible) {
    std::vector<std::string> names;
    for (const auto& keyspace : snapshot.keyspaces) {
        if (may_see(keyspace.name, visible)) names.push_back(keyspace.name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

Table one_column(std::string_view heading, const std::vector<std::string>& values, std::string_view pattern) {
    Table table{{wire::text_column(heading)}, {}};
    for (const std::string& value : values) {
        if (matches(value, pattern)) table.rows.push_back({value});
    }
    return table;
}

std::string host_of(std::string_view address) {
    if (address.starts_with("unix:")) return "localhost";
    return std::string(address.substr(0, address.rfind(':')));
}

}  // namespace

Table processlist(std::span<const ClientRow> clients, bool full, std::string_view only_user) {
    Table table;
    table.columns = {wire::integer_column("Id"), wire::text_column("User"),    wire::text_column("Host"),
                     wire::text_column("db"),    wire::text_column("Command"), wire::integer_column("Time"),
                     wire::text_column("State"), wire::text_column("Info")};
    for (const ClientRow& client : clients) {
        if (!only_user.empty() && client.user != only_user) continue;
        const std::string_view info =
            full ? std::string_view(client.statement) : cut(client.statement, short_info);
        table.rows.push_back({number(client.id), client.user, client.host, or_null(client.database),
                              client.command.empty() ? "Sleep" : client.command,
                              number(client.state_ms / 1000), state_text(client), or_null(info)});
    }
    return table;
}

Table show_databases(const metrics::Snapshot& snapshot, std::span<const std::string> visible,
                     std::string_view like) {
    std::vector<std::string> names = keyspace_names(snapshot, visible);
    names.emplace_back("information_schema");
    std::sort(names.begin(), names.end());
    const std::string heading = like.empty() ? "Database" : "Database (" + std::string(like) + ")";
    return one_column(heading, names, like);
}

Table show_keyspaces(const metrics::Snapshot& snapshot, std::span<const std::string> visible,
                     std::string_view like) {
    return one_column("Database", keyspace_names(snapshot, visible), like);
}

Table show_vitess_shards(const metrics::Snapshot& snapshot, std::span<const std::string> visible,
                         std::string_view like) {
    std::vector<std::string> names;
    for (const auto& keyspace : snapshot.keyspaces) {
        if (!may_see(keyspace.name, visible)) continue;
        for (const std::string& shard : keyspace.shards) names.push_back(keyspace.name + "/" + shard);
    }
    return one_column("Shards", names, like);
}

Table show_vitess_tablets(const metrics::Snapshot& snapshot, std::span<const std::string> visible,
                          std::string_view like) {
    Table table;
    for (const char* name :
         {"Cell", "Keyspace", "Shard", "TabletType", "State", "Alias", "Hostname", "PrimaryTermStartTime"}) {
        table.columns.push_back(wire::text_column(name));
    }
    for (const auto& tablet : snapshot.tablets) {
        const std::string host = host_of(tablet.tablet);
        // As in Vitess the pattern is the host's; the whole address is taken as well, for here the port tells
        // apart.
        const bool wanted = matches(host, like) || matches(tablet.tablet, like);
        if (!may_see(tablet.keyspace, visible) || !wanted) continue;
        table.rows.push_back({"local", tablet.keyspace, tablet.shard,
                              tablet.tablet_type == "primary" ? "PRIMARY" : "REPLICA",
                              tablet.up ? "SERVING" : "NOT_SERVING", tablet.tablet, host, ""});
    }
    return table;
}

Table show_vschema_tables(const router::Keyspace& keyspace, std::string_view like) {
    std::vector<std::string> names;
    for (const auto& [name, table] : keyspace.vschema.tables) names.push_back(name);
    return one_column("Tables", names, like);
}

}  // namespace leasehold::proxy
