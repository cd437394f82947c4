// What a statement does to its connection, read off its tokens: a statement that the grammar does not know
// gets its effects all the same. Pure. effects_table.cpp is the list of what has an effect.
#pragma once

#include <string_view>

#include "router/sql/effects.h"
#include "router/sql/kind_of.h"
#include "router/sql/lexer.h"
#include "router/sql/parser.h"
#include "router/sql/statement_kind.h"

namespace leasehold::router {

StatementKind kind_of(const TokenList& tokens);

// `known`: the grammar took the statement. Otherwise, and for kind unknown, the effect `unknown` is added.
// BEGIN gives begins_transaction without implicit_commit, UNLOCK TABLES unlocks_tables without it (it commits
// only when tables were locked). Names in Effects::tables keep their schema ("db.t").
Effects effects_of(const TokenList& tokens, StatementKind kind, bool known);
Effects effects_of(const ParseTree& tree);

}  // namespace leasehold::router
