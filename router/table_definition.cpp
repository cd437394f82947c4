#include "router/table_definition.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/mysql_errors.h"
#include "router/sql/fold.h"
#include "router/sql/lexer.h"

namespace leasehold::router {

namespace {

bool starts_with(std::string_view text, std::string_view word) {
    return text.size() >= word.size() && equal_folded(text.substr(0, word.size()), word);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// The end of a quoted text that begins at `at`; of one that is not closed: the end of everything.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
    const char quote = text[at++];
    while (at < text.size()) {
        if (text[at] == '\\' && quote == '\'') {
            at += 2;
        } else if (text[at++] == quote) {
            if (at >= text.size() || text[at] != quote) return at;
            ++at;
        }
    }
    return text.size();
}

struct Body {
    std::vector<std::string_view> items;  // what stands between the commas of the parentheses
    std::string_view options;             // what stands behind them
};

std::optional<Body> split_body(std::string_view text) {
    Body body;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '`' || c == '\'') {
            i = skip_quoted(text, i);
            continue;
        }
        if (c == '(' && depth++ == 0) begin = i + 1;
        if (c == ',' && depth == 1) {
            body.items.push_back(trimmed(text.substr(begin, i - begin)));
            begin = i + 1;
        }
        if (c == ')' && --depth == 0) {
            body.items.push_back(trimmed(text.substr(begin, i - begin)));
            body.options = text.substr(i + 1);
            return body;
        }
        ++i;
    }
    return std::nullopt;
}

// Names in backticks of a part of the definition, in lower case.
std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '`' && text[i] != '\'') {
            ++i;
            continue;
        }
        const std::size_t end = skip_quoted(text, i);
        if (text[i] == '`') names.push_back(to_lower(unquote_name(text.substr(i, end - i))));
        i = end;
    }
    return names;
}

// Whether the words stand in the text outside of quotes.
bool has_words(std::string_view text, std::string_view words) {
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == '`' || text[i] == '\'') {
            i = skip_quoted(text, i);
            continue;
        }
        if (starts_with(text.substr(i), words)) return true;
        ++i;
    }
    return false;
}

constexpr std::array<std::string_view, 8> text_types{"char",       "varchar",  "tinytext", "text",
                                                     "mediumtext", "longtext", "enum",     "set"};
constexpr std::array<std::string_view, 8> spatial_types{
    "geometry",   "point",           "linestring",   "polygon",
    "multipoint", "multilinestring", "multipolygon", "geometrycollection"};
constexpr std::array<std::string_view, 8> binary_types{
    "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector", "geomcollection"};

constexpr std::array<std::string_view, 11> numeric_types{"tinyint", "smallint", "mediumint", "int",
                                                         "integer", "bigint",   "decimal",   "numeric",
                                                         "double",  "real",     "float"};

constexpr auto one_of(const auto& types) {
    return [&types](std::string_view type) { return std::ranges::find(types, type) != types.end(); };
}

Transfer transfer_of(std::string_view type) {
    const auto is_one_of = [&](const auto& types) { return one_of(types)(type); };
    if (type == "bit" || type == "enum" || type == "set") return Transfer::number;
    if (is_one_of(text_types) || is_one_of(spatial_types) || is_one_of(binary_types)) return Transfer::bytes;
    if (type == "float") return Transfer::floating;
    if (type == "timestamp") return Transfer::instant;
    if (type == "json") return Transfer::json;
    return Transfer::text;
}

TableColumn parse_column(std::string_view item) {
    TableColumn column;
    column.definition = item;
    const std::size_t end = skip_quoted(item, 0);
    column.name = unquote_name(item.substr(0, end));
    column.lower = to_lower(column.name);
    const std::string_view rest = trimmed(item.substr(end));
    std::size_t letters = 0;
    while (letters < rest.size() && ((rest[letters] | 0x20) >= 'a' && (rest[letters] | 0x20) <= 'z'))
        ++letters;
    const std::string type = to_lower(rest.substr(0, letters));
    column.transfer = transfer_of(type);
    column.binary = one_of(binary_types)(type) || one_of(spatial_types)(type);
    column.numeric = one_of(numeric_types)(type) || type == "bit";
    column.generated = has_words(rest, "generated always as");
    column.not_null = has_words(rest, "not null");
    column.on_update = has_words(rest, "on update ");
    column.mentions = names_in(rest);
    return column;
}

// Keys that a temporary table may have. FULLTEXT and SPATIAL ones it may not; constraints are not wanted.
std::optional<TableKey> parse_key(std::string_view item) {
    TableKey key;
    key.unique = starts_with(item, "primary key") || starts_with(item, "unique key");
    if (!key.unique && !starts_with(item, "key ")) return std::nullopt;
    key.definition = item;
    const std::size_t first = item.find_first_of("`(");
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t columns = item[first] == '`' ? skip_quoted(item, first) : first;
    if (!starts_with(item, "primary")) key.name = item.substr(first, columns - first);
    key.columns = names_in(item.substr(columns));
    key.expressions = has_words(item.substr(columns), "((");
    return key;
}

// DEFAULT CHARSET=x COLLATE=y out of the table's options.
std::string charset_of(std::string_view options) {
    std::string found;
    for (const std::string_view word : {"DEFAULT CHARSET=", "COLLATE="}) {
        const std::size_t at = options.find(word);
        if (at == std::string_view::npos) continue;
        std::size_t end = at + word.size();
        while (end < options.size() && options[end] != ' ' && options[end] != '\n') ++end;
        found += " " + std::string(options.substr(at, end - at));
    }
    return found;
}

// The key without its uniqueness.
std::string plain_key(const TableKey& key) {
    const std::string_view text = key.definition;
    if (starts_with(text, "unique ")) return std::string(text.substr(7));
    if (starts_with(text, "primary ")) return std::string(text.substr(8));
    return key.definition;
}

}  // namespace

std::string quote_name(std::string_view name) {
    std::string text = "`";
    for (const char c : name) {
        if (c == '`') text += '`';
        text += c;
    }
    return text + "`";
}

const TableColumn* TableDefinition::find(std::string_view lower_case) const {
    const auto found = std::ranges::find(columns, lower_case, &TableColumn::lower);
    return found == columns.end() ? nullptr : &*found;
}

void TableDefinition::keep_only(const std::set<std::string, std::less<>>& names) {
    std::set<std::string, std::less<>> kept;
    std::vector<std::string> reached;
    const auto keep = [&](const std::string& name) {
        if (kept.insert(name).second) reached.push_back(name);
    };
    for (const TableColumn& column : columns) {
        if (names.contains(column.lower)) keep(column.lower);
    }
    for (const TableKey& key : keys) std::ranges::for_each(key.columns, keep);
    if (kept.empty() && !columns.empty()) keep(columns.front().lower);
    while (!reached.empty()) {
        const std::string name = std::move(reached.back());
        reached.pop_back();
        if (const TableColumn* column = find(name)) std::ranges::for_each(column->mentions, keep);
    }
    std::erase_if(columns, [&](const TableColumn& column) { return !kept.contains(column.lower); });
}

const TableKey* TableDefinition::row_key() const {
    const auto tells = [&](const TableKey& key) {
        return key.unique && !key.expressions && !key.columns.empty() &&
               std::ranges::all_of(key.columns, [&](const std::string& name) {
                   const TableColumn* column = find(name);
                   return column != nullptr && (column->not_null || key.name.empty());
               });
    };
    const auto found = std::ranges::find_if(keys, tells);
    return found == keys.end() ? nullptr : &*found;
}

std::string TableDefinition::create_temporary(std::string_view name, bool unique,
                                              std::string_view row_number) const {
    std::string sql = "CREATE TEMPORARY TABLE " + quote_name(name) + " (";
    std::string_view between;
    for (const TableColumn& column : columns) {
        sql += between;
        sql += column.definition;
        between = ", ";
    }
    for (const TableKey& key : keys) {
        sql += between;
        sql += unique ? key.definition : plain_key(key);
    }
    if (!row_number.empty()) {
        const std::string number = quote_name(row_number);
        sql += ", " + number + " BIGINT UNSIGNED INVISIBLE, KEY " + number + " (" + number + ")";
    }
    return sql + ")" + charset;
}

std::string TableDefinition::drop_uniqueness(std::string_view name) const {
    std::string sql = "ALTER TABLE " + quote_name(name);
    std::string_view between = " ";
    for (const TableKey& key : keys) {
        if (!key.unique) continue;
        sql += between;
        sql += key.name.empty() ? std::string("DROP PRIMARY KEY") : "DROP KEY " + key.name;
        sql += ", ADD " + plain_key(key);
        between = ", ";
    }
    return sql;
}

std::string TableDefinition::stored_columns() const {
    std::string names;
    for (const TableColumn& column : columns) {
        if (column.generated) continue;
        names += (names.empty() ? "" : ", ") + quote_name(column.name);
    }
    return names;
}

Result<TableDefinition> parse_table_definition(std::string_view create_table) {
    const auto no_table = [&] {
        return make_error(mysql_error::unknown_error,
                          "no table definition: " + std::string(create_table.substr(0, 100)));
    };
    if (!starts_with(create_table, "create ") || !has_words(create_table.substr(0, 64), "table "))
        return no_table();
    const std::optional<Body> body = split_body(create_table);
    if (!body) return no_table();
    TableDefinition table;
    for (const std::string_view item : body->items) {
        if (item.empty()) return no_table();
        if (item.front() == '`') {
            table.columns.push_back(parse_column(item));
        } else if (item.find_first_of("`(") != std::string_view::npos) {
            if (std::optional<TableKey> key = parse_key(item)) table.keys.push_back(std::move(*key));
        }
    }
    if (table.columns.empty()) return no_table();
    table.charset = charset_of(body->options);
    return table;
}

}  // namespace leasehold::router
