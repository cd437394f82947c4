#include "proxy/admin_table.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace leasehold::proxy {
namespace {

char fold(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t character_size(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return std::min(size, text.size());
}

}  // namespace

wire::Bytes encode(const Table& table, wire::Capabilities client, std::uint8_t sequence,
                   wire::StatusFlags status) {
    wire::ResultSetBuilder builder(table.columns, client, sequence, status);
    std::vector<wire::TextValue> values;
    for (const auto& row : table.rows) {
        values.clear();
        for (const Cell& cell : row) values.push_back(cell ? wire::TextValue(*cell) : std::nullopt);
        builder.add_row(values);
    }
    return builder.finish();
}

bool like(std::string_view text, std::string_view pattern) {
    // On a mismatch only the last % needs to take one more: quadratic at worst, never exponential.
    std::string_view text_after_percent, pattern_after_percent;
    bool percent_seen = false;
    while (true) {
        if (!pattern.empty() && pattern.front() == '%') {
            pattern.remove_prefix(1);
            percent_seen = true;
            pattern_after_percent = pattern;
            text_after_percent = text;
            continue;
        }
        if (text.empty() && pattern.empty()) return true;
        if (!text.empty() && !pattern.empty()) {
            if (pattern.front() == '_') {
                pattern.remove_prefix(1);
                text.remove_prefix(character_size(text));
                continue;
            }
            const bool escaped = pattern.front() == '\\' && pattern.size() > 1;
            if (fold(pattern[escaped ? 1 : 0]) == fold(text.front())) {
                pattern.remove_prefix(escaped ? 2 : 1);
                text.remove_prefix(1);
                continue;
            }
        }
        if (!percent_seen || text_after_percent.empty()) return false;
        text_after_percent.remove_prefix(1);
        text = text_after_percent;
        pattern = pattern_after_percent;
    }
}

Table filter_like(Table table, std::string_view pattern, std::size_t column) {
    std::erase_if(table.rows, [&](const auto& row) {
        return column >= row.size() || !row[column] || !like(*row[column], pattern);
    });
    return table;
}

}  // namespace leasehold::proxy
