// Table names of a statement that the grammar does not know, as far as its words give them away. Pure.
#pragma once

#include <memory_resource>
#include <span>

#include "router/sql/ast_base.h"
#include "router/sql/lexer.h"

namespace leasehold::router {

// Names behind FROM, JOIN, INTO, UPDATE, TABLE and TABLES, with the lists that follow them. May hold aliases
// of common table expressions; may miss a table.
std::span<TableName> scan_tables(const TokenList& tokens, std::pmr::memory_resource& arena);

}  // namespace leasehold::router
