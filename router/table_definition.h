// What SHOW CREATE TABLE says of a table, taken apart, and the temporary table that can hold its rows: the
// same columns with types, collations, defaults and keys, without foreign keys, partitions and engine
// options. Pure. The text must be written under a sql_mode without ANSI_QUOTES and with
// sql_quote_show_create. Source: dev.mysql.com "SHOW CREATE TABLE Statement", mariadb.com/kb "SHOW CREATE
// TABLE".
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace leasehold::router {

// How a column's values travel as text without loss: see read_expression() and append_literal().
enum class Transfer : std::uint8_t {
    text,      // as the server writes it, put in quotes: integers, decimals, dates
    bytes,     // strings of any character set, binary strings, geometry: bytes as they are stored
    number,    // BIT, ENUM, SET: by their number
    floating,  // FLOAT: as DOUBLE, for its own text has six digits
    instant,   // TIMESTAMP: as seconds since 1970, whatever the time zones
    json,      // MySQL's JSON: as utf8mb4 text
};

struct TableColumn {
    std::string name;
    std::string lower;       // its name in lower case
    std::string definition;  // "`name` int(11) NOT NULL", as written
    Transfer transfer = Transfer::text;
    bool binary = false;     // bytes without a character set
    bool numeric = false;    // its text is a number's
    bool generated = false;  // filled by the server
    bool not_null = false;
    bool on_update = false;             // ON UPDATE CURRENT_TIMESTAMP
    std::vector<std::string> mentions;  // lower case; columns that its definition names
};

struct TableKey {
    std::string definition;
    bool unique = false;       // PRIMARY KEY or UNIQUE
    bool expressions = false;  // of something else than columns
    std::string name;          // in backticks; empty: PRIMARY
    std::vector<std::string> columns;
};

struct TableDefinition {
    std::vector<TableColumn> columns;
    std::vector<TableKey> keys;
    std::string charset;  // "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci", or what there is of it

    const TableColumn* find(std::string_view lower_case) const;
    // The key that tells every row from every other: PRIMARY, or a unique one of NOT NULL columns. Null:
    // none.
    const TableKey* row_key() const;
    // Leaves out columns that neither `names` (lower case) nor a key nor a column that stays mentions.
    void keep_only(const std::set<std::string, std::less<>>& names);
    // `unique`: false makes plain keys of unique ones, for rows that are unique in each shard only.
    // `row_number`: a further column of that name, which `SELECT *` does not show; empty: none.
    std::string create_temporary(std::string_view name, bool unique, std::string_view row_number = {}) const;
    // The statement that makes plain keys of its unique ones afterwards.
    std::string drop_uniqueness(std::string_view name) const;
    // Names of the columns that are not generated, in order, each in backticks.
    std::string stored_columns() const;
};

// Errors: 1105 for a text that is no CREATE TABLE (a view's, for example).
Result<TableDefinition> parse_table_definition(std::string_view create_table);

std::string quote_name(std::string_view name);

}  // namespace leasehold::router
