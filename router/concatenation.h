// Whether the answers of several shards, one after another, are the answer to a statement: what its outermost
// form says. Pure. What its tables say is in placement.h.
#pragma once

#include <string>

#include "router/sql/ast.h"
#include "router/sql/effects.h"

namespace leasehold::router {

// What stands against it, in words ("ORDER BY"); empty: nothing.
std::string concatenation_obstacle(const Query& query);

// An aggregate or a window function of the query that the expression stands in, in words; empty: none.
std::string many_rows_function(const Expr& expr);

// Effects that only one connection's answer would have.
std::string effects_obstacle(const EffectSet& effects);

}  // namespace leasehold::router
