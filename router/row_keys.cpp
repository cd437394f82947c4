#include "router/row_keys.h"

#include <algorithm>

#include "router/table_definition.h"
#include "router/unsupported.h"

namespace leasehold::router {
namespace {

std::string literal(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'') quoted += c;
        quoted += c;
    }
    return quoted + "'";
}

const GivenValue* given(std::span<const std::string> columns, const InsertedRow& row,
                        std::string_view column) {
    const auto found = std::ranges::find(columns, column);
    if (found == columns.end()) return nullptr;
    return &row.values[static_cast<std::size_t>(found - columns.begin())];
}

void add(std::string& condition, const std::string& part) {
    condition += (condition.empty() ? "" : " AND ") + part;
}

}  // namespace

std::string question_for_keys(std::string_view database, std::string_view table) {
    return "SELECT s.INDEX_NAME, s.COLUMN_NAME, s.SUB_PART IS NULL, c.EXTRA LIKE '%auto_increment%', "
           "c.EXTRA LIKE '%GENERATED%' AND c.EXTRA NOT LIKE '%DEFAULT_GENERATED%' "
           "FROM information_schema.STATISTICS s LEFT JOIN information_schema.COLUMNS c "
           "ON c.TABLE_SCHEMA = s.TABLE_SCHEMA AND c.TABLE_NAME = s.TABLE_NAME AND c.COLUMN_NAME = "
           "s.COLUMN_NAME WHERE s.TABLE_SCHEMA = " +
           literal(database) + " AND s.TABLE_NAME = " + literal(table) +
           " AND s.NON_UNIQUE = 0 ORDER BY s.INDEX_NAME <> 'PRIMARY', s.INDEX_NAME, s.SEQ_IN_INDEX "
           "LIMIT 10000";
}

Result<std::vector<UniqueKey>> read_unique_keys(std::span<const TextRow> answer) {
    std::vector<UniqueKey> keys;
    for (const TextRow& row : answer) {
        if (row.size() < 5 || !row[0]) return unsupported("an answer about keys of another form");
        if (!row[1])
            return unsupported("a change of rows with lookup entries by key " + *row[0] +
                               ", which is of an expression");
        if (keys.empty() || keys.back().name != *row[0]) keys.push_back({*row[0], {}});
        std::string name = *row[1];
        for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const auto yes = [&](std::size_t i) { return row[i] && *row[i] == "1"; };
        keys.back().columns.push_back({std::move(name), yes(3), yes(2), yes(4)});
    }
    return keys;
}

Result<std::optional<std::string>> rows_in_the_way(std::span<const UniqueKey> keys,
                                                   std::span<const std::string> columns,
                                                   const InsertedRow& row) {
    std::string any;
    for (const UniqueKey& key : keys) {
        std::string all;
        bool possible = true;
        for (const UniqueKey::Column& column : key.columns) {
            const GivenValue* const value = given(columns, row, column.name);
            const bool null = value != nullptr && value->kind == GivenValue::Kind::null;
            // NULL equals nothing, and a number that the server gives is a new one.
            if ((null || value == nullptr) && column.counts) possible = false;
            if (null) possible = false;
        }
        if (!possible) continue;
        for (const UniqueKey::Column& column : key.columns) {
            const GivenValue* const value = given(columns, row, column.name);
            const bool unseen = value != nullptr && value->kind == GivenValue::Kind::unseen;
            if (!column.whole || column.generated || unseen) {
                return unsupported("a row with lookup entries whose value of " + column.name + " in key " +
                                   key.name + " is not in the text");
            }
            const std::string name = quote_name(column.name);
            add(all, name + " = " + (value == nullptr ? "DEFAULT(" + name + ")" : value->sql));
        }
        any += (any.empty() ? "(" : " OR (") + all + ")";
    }
    if (any.empty()) return std::optional<std::string>();
    return std::optional<std::string>(any);
}

std::optional<std::string> row_itself(std::span<const UniqueKey> keys, std::span<const std::string> columns,
                                      const InsertedRow& row) {
    for (const UniqueKey& key : keys) {
        std::string all;
        const bool seen = std::ranges::all_of(key.columns, [&](const UniqueKey::Column& column) {
            const GivenValue* const value = given(columns, row, column.name);
            if (value == nullptr || value->kind != GivenValue::Kind::literal) return false;
            add(all, quote_name(column.name) + " = " + value->sql);
            return column.whole;
        });
        if (seen && !all.empty()) return all;
    }
    return std::nullopt;
}

}  // namespace leasehold::router
