#include "proxy/filtered_table.h"

#include "router/table_definition.h"
#include "router/text_literal.h"

namespace leasehold::proxy {
namespace {

std::string row_of(const Table& table, const std::vector<Cell>* cells) {
    std::string sql = "SELECT ";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (i > 0) sql += ", ";
        const Cell cell = cells == nullptr ? Cell("") : (*cells)[i];
        sql += cell ? router::text_literal(*cell) : std::string("NULL");
        sql += " AS " + router::quote_name(table.columns[i].name);
    }
    return sql;
}

}  // namespace

std::string filtered_statement(const Table& table, std::string_view where) {
    std::string rows;
    for (const std::vector<Cell>& cells : table.rows)
        rows += (rows.empty() ? "" : " UNION ALL ") + row_of(table, &cells);
    if (rows.empty()) rows = row_of(table, nullptr) + " LIMIT 0";
    return "SELECT * FROM (" + rows + ") AS `rows` WHERE " + std::string(where);
}

}  // namespace leasehold::proxy
