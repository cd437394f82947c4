// The kind of a statement by its leading keywords, read off the tokens. Pure.
#pragma once

#include <cstddef>
#include <span>

#include "router/sql/statement_kind.h"
#include "router/sql/token.h"

namespace leasehold::router {

// Of the statement that begins at `first`: behind parentheses, WITH clauses and SET STATEMENT ... FOR.
// `tokens` ends with `end` or `error`. `other` for no tokens at all, `unknown` for words that begin no
// statement we know.
StatementKind kind_of(std::span<const Token> tokens, std::size_t first = 0);

}  // namespace leasehold::router
