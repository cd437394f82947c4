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

std::optional<std::chrono::milliseconds> query_timeout_in(std::string_view comment) {
    while (true) {
        const std::string_view word = next_word(comment);
        if (word.empty()) return std::nullopt;
        const std::size_t equals = word.find('=');
        if (equals != std::string_view::npos && equal_folded(word.substr(0, equals), "query_timeout_ms"))
            return milliseconds(word.substr(equals + 1));
    }
}

}  // namespace

std::optional<std::chrono::milliseconds> query_timeout_of(std::string_view sql) {
    const std::string_view head = sql.substr(0, searched_bytes);
    if (head.find(opening) == std::string_view::npos) return std::nullopt;
    // What looks like a comment may stand in a string.
    const TokenList list = tokenize(sql.substr(0, 4 * searched_bytes), {});
    if (list.directives.empty() || list.directives.front().offset >= searched_bytes) return std::nullopt;
    std::string_view comment = list.directives.front().text(list.sql);
    comment.remove_prefix(opening.size());
    comment.remove_suffix(2);
    return query_timeout_in(comment);
}

}  // namespace leasehold::router
