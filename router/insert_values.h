// Whether an INSERT's values can be read off its text. Pure.
#pragma once

#include "router/sql/parser.h"

namespace leasehold::router {

// True for an INSERT or REPLACE that may write a number it does not show: from a SELECT, ON DUPLICATE KEY
// UPDATE, an expression. Literals, parameters and functions that give times or text show theirs.
bool inserts_unseen_values(const ParseTree& tree);

// INSERT ... SELECT, REPLACE ... SELECT, CREATE TABLE ... SELECT.
bool inserts_query(const ParseTree& tree);

}  // namespace leasehold::router
