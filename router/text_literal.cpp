#include "router/text_literal.h"

#include <algorithm>

namespace leasehold::router {

std::string text_literal(std::string_view text) {
    const bool plain = std::ranges::all_of(
        text, [](const char c) { return c >= ' ' && c <= '~' && c != '\'' && c != '\\'; });
    if (plain) return "'" + std::string(text) + "'";
    constexpr char digits[] = "0123456789abcdef";
    std::string sql = "_utf8mb4 0x";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        sql += digits[byte >> 4];
        sql += digits[byte & 15];
    }
    return sql;
}

}  // namespace leasehold::router
