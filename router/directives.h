// Directives in comments as in Vitess: SELECT /*vt+ QUERY_TIMEOUT_MS=100 */ ... Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace leasehold::router {

// The directive's value in the first comment that begins with /*vt+ within the text's first KiB; other
// directives, and values that are no whole number above 0, are comments.
std::optional<std::chrono::milliseconds> query_timeout_of(std::string_view sql);

}  // namespace leasehold::router
