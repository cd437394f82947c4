// Directives in comments as in Vitess: SELECT /*vt+ QUERY_TIMEOUT_MS=100 ALLOW_SCATTER */ ... Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace leasehold::router {

struct Directives {
    std::optional<std::chrono::milliseconds> query_timeout;
    bool allow_scatter = false;
    bool multi_shard_autocommit = false;
    bool scatter_errors_as_warnings = false;

    bool operator==(const Directives&) const = default;
};

// Of the first comment that begins with /*vt+ within the text's first KiB; other directives, and values that
// make no sense (a whole number above 0; 1, true or none for the others), are comments.
Directives directives_of(std::string_view sql);

}  // namespace leasehold::router
