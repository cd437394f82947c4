#include "router/sql/lexer.h"

namespace leasehold::router {
namespace {

// Optimizer hints are read behind these words only; elsewhere they are comments.
bool takes_hint(Keyword keyword) {
    switch (keyword) {
        case Keyword::select:
        case Keyword::insert:
        case Keyword::replace:
        case Keyword::update:
        case Keyword::delete_:
            return true;
        default:
            return false;
    }
}

}  // namespace

bool TokenList::empty() const {
    std::size_t i = 0;
    while (tokens[i].kind == TokenKind::semicolon) ++i;
    return tokens[i].kind == TokenKind::end;
}

TokenList tokenize(std::string_view sql, SqlMode mode) {
    TokenList list{sql, mode, {}, {}, 0, 0, false};
    list.tokens.reserve(sql.size() / 4 + 4);
    Lexer lexer(sql, mode);
    for (;;) {
        Token token = lexer.next();
        list.executable_comments |= lexer.in_executable_comment();
        switch (token.kind) {
            case TokenKind::hint:
                if (list.tokens.empty() || !takes_hint(list.tokens.back().keyword)) continue;
                break;
            case TokenKind::directive:
                list.directives.push_back(token);
                continue;
            case TokenKind::word:
                token.keyword = find_keyword(token.text(sql));
                break;
            case TokenKind::parameter:
                token.ordinal = list.parameters++;
                break;
            default:
                if (is_literal(token.kind)) token.ordinal = list.literals++;
                break;
        }
        list.tokens.push_back(token);
        if (token.kind == TokenKind::end || token.kind == TokenKind::error) return list;
    }
}

std::string unquote_name(std::string_view text) {
    if (!text.empty() && text.front() == '@') text.remove_prefix(1);
    if (text.size() < 2 || (text.front() != '`' && text.front() != '"' && text.front() != '\'')) {
        return std::string(text);
    }
    const char quote = text.front();
    text.remove_prefix(1);
    text.remove_suffix(1);
    std::string name;
    name.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == quote && i + 1 < text.size()) ++i;
        name.push_back(text[i]);
    }
    return name;
}

}  // namespace leasehold::router
