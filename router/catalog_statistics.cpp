#include "router/catalog_statistics.h"

#include <array>
#include <charconv>
#include <limits>
#include <map>

#include "router/catalog_table.h"
#include "router/text_literal.h"

namespace leasehold::router {
namespace {

using How = StatisticsSum;
constexpr std::string_view number = "UNSIGNED";

// dev.mysql.com "The INFORMATION_SCHEMA TABLES Table" and "... PARTITIONS Table".
constexpr std::array<std::string_view, 3> keys{"TABLE_NAME", "PARTITION_NAME", "SUBPARTITION_NAME"};
constexpr std::array<StatisticsColumn, 8> columns{{
    {"TABLE_ROWS", How::sum, number},
    {"DATA_LENGTH", How::sum, number},
    {"AVG_ROW_LENGTH", How::average_row, number},  // of the two before
    {"MAX_DATA_LENGTH", How::sum, number},
    {"INDEX_LENGTH", How::sum, number},
    {"DATA_FREE", How::sum, number},
    {"UPDATE_TIME", How::largest, "DATETIME"},
    {"AUTO_INCREMENT", How::largest, number},  // partitions have none
}};

std::optional<std::uint64_t> to_number(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return value;
}

std::optional<std::string> added(const std::optional<std::string>& a, const std::optional<std::string>& b) {
    const auto first = to_number(a), second = to_number(b);
    if (!first || !second) return first ? a : b;
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    return std::to_string(*second > most - *first ? most : *first + *second);
}

// Numbers without leading zeros and times of one form: the longer text, or the later one, is the larger.
std::optional<std::string> larger(const std::optional<std::string>& a, const std::optional<std::string>& b) {
    if (!a || !b) return a ? a : b;
    if (a->size() != b->size()) return a->size() > b->size() ? a : b;
    return *a > *b ? a : b;
}

}  // namespace

std::span<const std::string_view> statistics_keys(StatisticsOf of) {
    return std::span(keys).first(of == StatisticsOf::tables ? 1 : keys.size());
}

std::span<const StatisticsColumn> statistics_columns(StatisticsOf of) {
    return std::span(columns).first(of == StatisticsOf::tables ? columns.size() : columns.size() - 1);
}

std::string statistics_query(StatisticsOf of, std::string_view database) {
    std::string sql = "SELECT ";
    // As bytes: names come as they are stored, whatever the session's character set.
    for (const std::string_view key : statistics_keys(of))
        sql += (key == keys[0] ? "CAST(" : ", CAST(") + std::string(key) + " AS BINARY)";
    for (const StatisticsColumn& column : statistics_columns(of)) sql += ", " + std::string(column.name);
    sql += " FROM information_schema.";
    sql += of == StatisticsOf::tables ? "TABLES" : "PARTITIONS";
    return sql + " WHERE TABLE_SCHEMA = " + text_literal(database);
}

std::vector<TextRow> sum_statistics(StatisticsOf of, const std::vector<std::vector<TextRow>>& shards,
                                    const std::set<std::string, std::less<>>& copies) {
    const std::size_t key_count = statistics_keys(of).size();
    const std::span<const StatisticsColumn> values = statistics_columns(of);
    std::map<TextRow, TextRow> sums;  // by the keys
    for (const std::vector<TextRow>& rows : shards) {
        for (const TextRow& row : rows) {
            if (row.size() != key_count + values.size() || !row[0]) continue;
            TextRow key(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(key_count));
            const auto [place, is_new] = sums.try_emplace(std::move(key), row);
            if (is_new || copies.contains(*row[0])) continue;
            TextRow& sum = place->second;
            for (std::size_t i = 0; i < values.size(); ++i) {
                std::optional<std::string>& into = sum[key_count + i];
                const std::optional<std::string>& more = row[key_count + i];
                if (values[i].how == How::sum) into = added(into, more);
                if (values[i].how == How::largest) into = larger(into, more);
            }
        }
    }
    std::vector<TextRow> rows;
    rows.reserve(sums.size());
    for (auto& [key, sum] : sums) {
        const auto count = to_number(sum[key_count]), bytes = to_number(sum[key_count + 1]);
        if (count && bytes && !copies.contains(*sum[0]))
            sum[key_count + 2] = std::to_string(*count == 0 ? 0 : *bytes / *count);
        rows.push_back(std::move(sum));
    }
    return rows;
}

}  // namespace leasehold::router
