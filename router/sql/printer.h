// A syntax tree back to text. Parsing the text gives the same tree again, ranges apart. Names that were
// quoted are in backticks, literals and what the grammar keeps opaque are as they were written. Statements
// without a tree of their own (all but SELECT, INSERT, REPLACE, UPDATE, DELETE, CALL, DO) are printed as they
// were written.
#pragma once

#include <string>

#include "router/sql/ast.h"

namespace leasehold::router {

std::string print(const Statement& statement);
std::string print(const Query& query);
std::string print(const Expr& expr);

}  // namespace leasehold::router
