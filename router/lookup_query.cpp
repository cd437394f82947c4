#include "router/lookup_query.h"

#include <algorithm>

#include "router/table_definition.h"

namespace leasehold::router {
namespace {

// As a string literal in the client's own character set. Unset where a byte that has a meaning to the lexer
// could be the second half of a character.
std::optional<std::string> quoted(std::string_view text, SqlMode mode) {
    const auto special = [&](char c) {
        return c == '\'' || c == '\0' || (c == '\\' && !mode.no_backslash_escapes);
    };
    const bool plain_bytes =
        std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    std::string literal = "'";
    for (const char c : text) {
        if (special(c)) {
            if (!plain_bytes || c == '\0') return std::nullopt;
            literal += c;
        }
        literal += c;
    }
    return literal + "'";
}

std::optional<std::string> written(const SqlValue& value, SqlMode mode) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<Decimal>(&value)) return std::string(number->digits);
    if (const auto* text = std::get_if<std::string_view>(&value)) return quoted(*text, mode);
    return std::nullopt;
}

}  // namespace

LookupQuery::LookupQuery(const LookupTable& table, std::string_view keyspace, SqlMode mode) : mode_(mode) {
    head_ = "SELECT HEX(" + quote_name(table.to) + ") FROM " +
            quote_name(table.keyspace.empty() ? keyspace : std::string_view(table.keyspace)) + "." +
            quote_name(table.table) + " WHERE " + quote_name(table.from) + " IN (";
}

bool LookupQuery::add(const SqlValue& value) {
    if (std::holds_alternative<Null>(value)) return true;
    const std::optional<std::string> literal = written(value, mode_);
    if (!literal) return false;
    values_ += (values_.empty() ? "" : ", ") + *literal;
    return true;
}

std::optional<std::string> LookupQuery::text() const {
    if (values_.empty()) return std::nullopt;
    return head_ + values_ + ")";
}

std::optional<KeyspaceId> keyspace_id_of(std::string_view hex) {
    return from_hex(hex);
}

}  // namespace leasehold::router
