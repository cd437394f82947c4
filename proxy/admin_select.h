// SELECT of constants, variables and functions without a table: parsing it. Pure.
#pragma once

#include "base/error.h"
#include "proxy/admin_lexer.h"
#include "proxy/admin_statement.h"

namespace leasehold::proxy::admin {

// The lexer stands behind SELECT.
Result<Statement> parse_select(Lexer& lexer);

}  // namespace leasehold::proxy::admin
