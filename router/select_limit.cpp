#include "router/select_limit.h"

#include <charconv>

#include "router/sql/fold.h"
#include "router/sql/lexer.h"

namespace leasehold::router {

LimitedSelect with_limit(std::string_view sql, SqlMode mode, std::uint64_t limit) {
    const TokenList list = tokenize(sql, mode);
    if (list.tokens.empty() || list.executable_comments) return {};
    const Keyword first = list.tokens.front().keyword;
    if (first != Keyword::select && first != Keyword::with) return {};
    int depth = 0;
    std::uint32_t end = 0;
    for (const Token& token : list.tokens) {
        if (token.kind == TokenKind::left_paren) ++depth;
        if (token.kind == TokenKind::right_paren) --depth;
        if (token.kind == TokenKind::semicolon || token.kind == TokenKind::end) break;
        end = token.end();
        if (depth > 0) continue;
        if (token.keyword == Keyword::limit) return {OwnLimit::has, {}};
        // Clauses that a LIMIT stands in front of, and words that look like them.
        if (token.keyword == Keyword::for_ || token.keyword == Keyword::lock ||
            token.keyword == Keyword::into || token.keyword == Keyword::procedure ||
            token.keyword == Keyword::fetch || token.keyword == Keyword::union_)
            return {};
    }
    std::string text(sql.substr(0, end));
    text += " LIMIT " + std::to_string(limit);
    text += sql.substr(end);
    return {OwnLimit::can_get, std::move(text)};
}

std::optional<std::uint64_t> select_limit_of(std::string_view value) {
    if (equal_folded(value, "default")) return no_select_limit;
    std::uint64_t limit = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
    if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
    return limit;
}

}  // namespace leasehold::router
