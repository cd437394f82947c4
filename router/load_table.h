// LOAD DATA through a temporary table: the server itself reads the lines there, and what it made of them is
// inserted as rows. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "router/load_format.h"
#include "router/table_definition.h"

namespace leasehold::router {

// The table without keys, so that every line becomes a row, and with NULL where the server or a sequence
// gives a number. `generated`: the sequence's column, lower case; empty: none.
TableDefinition table_for_lines(TableDefinition table, std::string_view generated);

// Lower case: the columns that the statement gives a value. Errors: 1105 where that takes a list of columns.
Result<std::set<std::string, std::less<>>> loaded_columns(const TableDefinition& table,
                                                          const LoadClauses& clauses);

}  // namespace leasehold::router
