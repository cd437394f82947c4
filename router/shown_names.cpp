#include "router/shown_names.h"

#include "router/sql/fold.h"
#include "router/table_definition.h"

namespace leasehold::router {
namespace {

// dev.mysql.com "Server Error Message Reference": those that name a database alone, in quotes.
bool names_database(std::uint16_t code) {
    switch (code) {
        case 1007:  // can't create database
        case 1008:  // can't drop database
        case 1010:
        case 1044:  // access denied to database
        case 1049:  // unknown database
        case 1102:  // incorrect database name
        case 3552:
            return true;
        default:
            return false;
    }
}

// Those that name an object without quotes: "PROCEDURE customer_db.p does not exist".
bool names_plainly(std::uint16_t code) {
    return code == 1304 || code == 1305;
}

// Values stand in quotes there, not names.
bool quotes_values(std::uint16_t code) {
    return code == 1062 || code == 1366 || code == 1292 || code == 1644;
}

bool replace_all(std::string& text, std::string_view from, std::string_view to) {
    bool any = false;
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
        any = true;
    }
    return any;
}

}  // namespace

std::optional<std::string> shown_message(const Topology& topology, std::uint16_t code,
                                         std::string_view message) {
    std::optional<std::string> shown;
    for (const Keyspace& keyspace : topology.keyspaces) {
        const std::string& from = keyspace.database;
        const std::string& to = keyspace.name;
        if (from == to || quotes_values(code) || message.find(from) == std::string_view::npos) continue;
        std::string text = shown.value_or(std::string(message));
        bool any = replace_all(text, quote_name(from), quote_name(to));
        any = replace_all(text, "'" + from + ".", "'" + to + ".") || any;
        if (names_database(code)) any = replace_all(text, "'" + from + "'", "'" + to + "'") || any;
        if (names_plainly(code)) any = replace_all(text, " " + from + ".", " " + to + ".") || any;
        if (any) shown = std::move(text);
    }
    return shown;
}

std::optional<std::string_view> shown_database(const Topology& topology, std::string_view keyspace,
                                               std::string_view database) {
    if (database.empty()) return std::nullopt;
    std::optional<std::string_view> shown;
    for (const Keyspace& one : topology.keyspaces) {
        if (one.database != database) continue;
        if (one.name == keyspace || one.name == database)
            return one.name == database ? std::nullopt : std::optional<std::string_view>(one.name);
        if (!shown) shown = one.name;
    }
    return shown;
}

std::optional<std::string> ShownNames::heading(std::string_view name) const {
    constexpr std::string_view tables = "Tables_in_";
    const std::string& database = keyspace_.database;
    if (!name.starts_with(tables) || !name.substr(tables.size()).starts_with(database)) return std::nullopt;
    const std::string_view rest = name.substr(tables.size() + database.size());
    if (!rest.empty() && rest.front() != ' ') return std::nullopt;  // behind it: the pattern, in parentheses
    return std::string(tables) + keyspace_.name + std::string(rest);
}

std::optional<std::string> ShownNames::value(std::string_view column, std::string_view text) const {
    const std::string& database = keyspace_.database;
    if (text.find(database) == std::string_view::npos) return std::nullopt;
    if (equal_folded(column, "Db") || equal_folded(column, "Database")) {
        if (text != database) return std::nullopt;
        return keyspace_.name;
    }
    if (equal_folded(column, "Table") && text.starts_with(database) &&
        text.substr(database.size()).starts_with(".")) {
        return keyspace_.name + std::string(text.substr(database.size()));
    }
    std::string shown(text);
    bool any = replace_all(shown, quote_name(database), quote_name(keyspace_.name));
    const bool message = equal_folded(column, "Message") || equal_folded(column, "Msg_text");
    if (message) any = replace_all(shown, "'" + database + ".", "'" + keyspace_.name + ".") || any;
    if (!any) return std::nullopt;
    return shown;
}

}  // namespace leasehold::router
