// A large INSERT in short, for when only its head and tail matter. Pure; linear, and it allocates no more
// than it keeps.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "router/sql/sql_mode.h"

namespace leasehold::router {

// The text of an INSERT or REPLACE without those rows, behind the first one, that hold nothing but literals,
// NULL and DEFAULT: what is left has the same kind, tables and effects. Unset for other statements and when
// no row could go.
std::optional<std::string> without_plain_rows(std::string_view sql, SqlMode mode);

}  // namespace leasehold::router
