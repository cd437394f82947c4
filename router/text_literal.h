// A text as a literal of a statement. Pure.
#pragma once

#include <string>
#include <string_view>

namespace leasehold::router {

// Read alike under every sql_mode. It is no function's value: a literal adapts to the collation of what it is
// compared with.
std::string text_literal(std::string_view text);

}  // namespace leasehold::router
