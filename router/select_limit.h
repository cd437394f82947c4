// A SELECT with a LIMIT in place of the session's sql_select_limit: shards would each apply that to their own
// rows. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "router/sql/sql_mode.h"

namespace leasehold::router {

enum class OwnLimit : std::uint8_t {
    has,      // the setting does not concern it
    can_get,  // `text` has one
    unknown,  // where it would stand cannot be told
};

struct LimitedSelect {
    OwnLimit own = OwnLimit::unknown;
    std::string text;
};

// `sql`: a SELECT that several shards answer.
LimitedSelect with_limit(std::string_view sql, SqlMode mode, std::uint64_t limit);

// A setting's value as it was written; unset: no number. DEFAULT and the greatest number are no limit.
std::optional<std::uint64_t> select_limit_of(std::string_view value);
inline constexpr std::uint64_t no_select_limit = ~std::uint64_t{0};

}  // namespace leasehold::router
