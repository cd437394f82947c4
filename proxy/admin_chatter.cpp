#include "proxy/admin_chatter.h"

#include <array>
#include <initializer_list>
#include <utility>

#include "proxy/admin_data_port.h"
#include "proxy/admin_tables.h"

namespace leasehold::proxy::admin {
namespace {

// Values are true of the admin port: it keeps no settings, so each is what it would be without any.
constexpr std::array<std::pair<std::string_view, std::string_view>, 33> variables{{
    {"auto_increment_increment", "1"},
    {"autocommit", "1"},
    {"character_set_client", "utf8mb4"},
    {"character_set_connection", "utf8mb4"},
    {"character_set_database", "utf8mb4"},
    {"character_set_results", "utf8mb4"},
    {"character_set_server", "utf8mb4"},
    {"character_set_system", "utf8mb4"},
    {"collation_connection", "utf8mb4_general_ci"},
    {"collation_database", "utf8mb4_general_ci"},
    {"collation_server", "utf8mb4_general_ci"},
    {"have_ssl", "DISABLED"},
    {"init_connect", ""},
    {"interactive_timeout", "28800"},
    {"license", ""},
    {"lower_case_table_names", "0"},
    {"max_allowed_packet", "16777216"},
    {"net_buffer_length", "16384"},
    {"net_read_timeout", "30"},
    {"net_write_timeout", "60"},
    {"performance_schema", "0"},
    {"query_cache_size", "0"},
    {"query_cache_type", "OFF"},
    {"sql_mode", ""},
    {"sql_safe_updates", "0"},
    {"system_time_zone", "UTC"},
    {"time_zone", "SYSTEM"},
    {"transaction_isolation", "REPEATABLE-READ"},
    {"transaction_read_only", "0"},
    {"tx_isolation", "REPEATABLE-READ"},
    {"tx_read_only", "0"},
    {"version_comment", "Leasehold admin"},
    {"wait_timeout", "28800"},
}};

Table headings(std::initializer_list<std::string_view> names) {
    Table table;
    for (const std::string_view name : names) table.columns.push_back(wire::text_column(name));
    return table;
}

Table show_variables(const AdminView& view) {
    Table table = headings({"Variable_name", "Value"});
    for (const auto& [name, value] : variables) {
        if (name == "version_comment") table.rows.push_back({"version", view.snapshot.version});
        table.rows.push_back({std::string(name), std::string(value)});
    }
    return table;
}

Table show_status(const AdminView& view) {
    Table table = headings({"Variable_name", "Value"});
    std::uint64_t questions = 0;
    for (const auto& query : view.snapshot.queries) questions += query.count;
    std::uint64_t clients = 0;
    for (const auto& client : view.snapshot.clients) clients += client.count;
    table.rows = {{"Questions", std::to_string(questions)},
                  {"Threads_connected", std::to_string(clients)},
                  {"Uptime", std::to_string(static_cast<std::uint64_t>(view.snapshot.uptime_seconds))}};
    return table;
}

}  // namespace

Cell admin_variable(std::string_view name, std::string_view version) {
    if (name == "version") return std::string(version);
    for (const auto& [known, value] : variables) {
        if (known == name) return std::string(value);
    }
    return std::nullopt;
}

std::optional<Table> show_chatter(ShowWhat what, const AdminView& view) {
    Table table;
    switch (what) {
        case ShowWhat::processlist:
            return processlist(view.clients, false);
        case ShowWhat::full_processlist:
            return processlist(view.clients, true);
        case ShowWhat::variables:
            return show_variables(view);
        case ShowWhat::status:
            return show_status(view);
        case ShowWhat::warnings:
        case ShowWhat::errors:
            return headings({"Level", "Code", "Message"});
        case ShowWhat::databases:
            return headings({"Database"});
        case ShowWhat::tables:
            return headings({"Tables"});
        case ShowWhat::collation:
            table = headings({"Collation", "Charset", "Id", "Default", "Compiled", "Sortlen"});
            table.rows = {{"utf8mb4_general_ci", "utf8mb4", "45", "Yes", "Yes", "1"},
                          {"binary", "binary", "63", "Yes", "Yes", "1"}};
            return table;
        case ShowWhat::character_set:
            table = headings({"Charset", "Description", "Default collation", "Maxlen"});
            table.rows = {{"utf8mb4", "UTF-8 Unicode", "utf8mb4_general_ci", "4"},
                          {"binary", "Bytes", "binary", "1"}};
            return table;
        case ShowWhat::engines:
            return headings({"Engine", "Support", "Comment", "Transactions", "XA", "Savepoints"});
        case ShowWhat::plugins:
            return headings({"Name", "Status", "Type", "Library", "License"});
        default:
            return std::nullopt;
    }
}

}  // namespace leasehold::proxy::admin
