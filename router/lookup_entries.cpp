#include "router/lookup_entries.h"

#include <fmt/format.h>

namespace leasehold::router {
namespace {

std::string id_literal(std::string_view id) {
    return "X'" + to_hex(id) + "'";
}

std::string row(const LookupEntry& entry) {
    return "(" + entry.value + ", " + id_literal(entry.id) + ")";
}

template <typename Item>
std::string list(std::span<const LookupEntry> entries, const Item& item) {
    std::string text;
    for (const LookupEntry& entry : entries) text += (text.empty() ? "" : ", ") + item(entry);
    return text;
}

std::string quoted(std::string_view text, SqlMode mode) {
    std::string literal = "'";
    for (const char c : text) {
        if (c == '\'') literal += c;
        if (c == '\\' && !mode.no_backslash_escapes) literal += c;
        if (c == '\0' && !mode.no_backslash_escapes) {
            literal += "\\0";
            continue;
        }
        literal += c;
    }
    return literal + "'";
}

}  // namespace

std::string insert_entries(const LookupUse& lookup, std::span<const LookupEntry> entries) {
    std::string sql = "INSERT INTO " + lookup.table + " (" + lookup.from + ", " + lookup.to + ") VALUES " +
                      list(entries, row);
    if (!lookup.unique) sql += " ON DUPLICATE KEY UPDATE " + lookup.to + " = " + lookup.to;
    return sql;
}

std::string delete_entries(const LookupUse& lookup, std::span<const LookupEntry> entries) {
    std::string sql = "DELETE FROM " + lookup.table + " WHERE " + lookup.from;
    if (entries.size() == 1)
        return sql + " = " + entries[0].value + " AND " + lookup.to + " = " + id_literal(entries[0].id);
    // The list of values leads to the shards of the entries.
    return sql + " IN (" + list(entries, [](const LookupEntry& entry) { return entry.value; }) + ") AND (" +
           lookup.from + ", " + lookup.to + ") IN (" + list(entries, row) + ")";
}

std::string claim_entry(const LookupUse& lookup, const LookupEntry& entry) {
    return "INSERT IGNORE INTO " + lookup.table + " (" + lookup.from + ", " + lookup.to + ") VALUES " +
           row(entry);
}

std::string ids_of_value(const LookupUse& lookup, std::string_view value) {
    return "SELECT HEX(" + lookup.to + ") FROM " + lookup.table + " WHERE " + lookup.from + " = " +
           std::string(value);
}

std::string find_entry(const LookupUse& lookup, const LookupEntry& entry) {
    return "SELECT 1 FROM " + lookup.table + " WHERE " + lookup.from + " = " + entry.value + " AND " +
           lookup.to + " = " + id_literal(entry.id) + " LIMIT 1";
}

std::string entry_literal(const SqlValue& value, SqlMode mode) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{:e}", *number);
    if (const auto* number = std::get_if<Decimal>(&value)) return std::string(number->digits);
    if (const auto* text = std::get_if<std::string_view>(&value)) return quoted(*text, mode);
    if (const auto* hex = std::get_if<HexBytes>(&value)) return "X'" + to_hex(hex->bytes) + "'";
    return "NULL";
}

}  // namespace leasehold::router
