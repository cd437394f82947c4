#include "router/load_table.h"

#include <algorithm>

#include "router/unsupported.h"

namespace leasehold::router {
namespace {

constexpr std::string_view auto_increment = " AUTO_INCREMENT";
constexpr std::string_view not_null = " NOT NULL";

bool remove(std::string& definition, std::string_view words, std::size_t from) {
    const std::size_t at = definition.find(words, from);
    if (at == std::string::npos) return false;
    definition.erase(at, words.size());
    return true;
}

}  // namespace

TableDefinition table_for_lines(TableDefinition table, std::string_view generated) {
    table.keys.clear();
    for (TableColumn& column : table.columns) {
        const std::size_t behind_name = quote_name(column.name).size();
        const bool numbered = remove(column.definition, auto_increment, behind_name);
        if (numbered || column.lower == generated) {
            remove(column.definition, not_null, behind_name);
            column.not_null = false;
        }
    }
    return table;
}

Result<std::set<std::string, std::less<>>> loaded_columns(const TableDefinition& table,
                                                          const LoadClauses& clauses) {
    std::set<std::string, std::less<>> names(clauses.set.begin(), clauses.set.end());
    if (clauses.columns) {
        for (const std::string& column : *clauses.columns) {
            if (!column.starts_with('@')) names.insert(column);
        }
        return names;
    }
    for (const TableColumn& column : table.columns) {
        if (column.generated || column.definition.find(" INVISIBLE") != std::string::npos)
            return unsupported(
                "LOAD DATA without a list of columns into a table that has generated or "
                "invisible ones");
        names.insert(column.lower);
    }
    return names;
}

}  // namespace leasehold::router
