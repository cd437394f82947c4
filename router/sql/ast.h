// The syntax tree. Nodes live in the arena of their ParseTree and die with it: plain pointers and spans, no
// destructors. Names and literals are views into the statement's text or into the arena.
#pragma once

#include "router/sql/ast_base.h"
#include "router/sql/ast_expr.h"
#include "router/sql/ast_query.h"
#include "router/sql/ast_statement.h"
