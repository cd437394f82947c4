#include "router/directives.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "router/sql/fold.h"
#include "router/sql/lexer.h"

namespace leasehold::router {
namespace {

constexpr std::size_t searched_bytes = 1024;
constexpr std::string_view opening = "/*vt+";
constexpr std::string_view white_space = " \t\r\n\f\v";

// The next word; `text` is what stands behind it.
std::string_view next_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(white_space));
    text.remove_prefix(word.size());
    return word;
}

std::optional<std::chrono::milliseconds> milliseconds(std::string_view digits) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size() || number == 0) return std::nullopt;
    return std::chrono::milliseconds(number);
}

bool is_true(std::string_view value) {
    return value.empty() || value == "1" || equal_folded(value, "true");
}

Directives read(std::string_view comment) {
    Directives directives;
    for (std::string_view word = next_word(comment); !word.empty(); word = next_word(comment)) {
        const std::size_t equals = std::min(word.find('='), word.size());
        const std::string_view name = word.substr(0, equals);
        const std::string_view value = word.substr(std::min(equals + 1, word.size()));
        if (equal_folded(name, "query_timeout_ms")) directives.query_timeout = milliseconds(value);
        if (equal_folded(name, "allow_scatter")) directives.allow_scatter = is_true(value);
        if (equal_folded(name, "multi_shard_autocommit")) directives.multi_shard_autocommit = is_true(value);
        if (equal_folded(name, "scatter_errors_as_warnings"))
            directives.scatter_errors_as_warnings = is_true(value);
    }
    return directives;
}

}  // namespace

Directives directives_of(std::string_view sql) {
    const std::string_view head = sql.substr(0, searched_bytes);
    if (head.find(opening) == std::string_view::npos) return {};
    // What looks like a comment may stand in a string.
    const TokenList list = tokenize(sql.substr(0, 4 * searched_bytes), {});
    if (list.directives.empty() || list.directives.front().offset >= searched_bytes) return {};
    std::string_view comment = list.directives.front().text(list.sql);
    comment.remove_prefix(opening.size());
    comment.remove_suffix(2);
    return read(comment);
}

}  // namespace leasehold::router
