// What the parsers of admin statements share. Private to them.
#pragma once

#include <string_view>

#include "base/error.h"
#include "proxy/admin_lexer.h"

namespace leasehold::proxy::admin {

// Error 1064: `what`, and the text from where the lexer stands.
Error syntax_error(const Lexer& lexer, std::string_view what);

}  // namespace leasehold::proxy::admin
