#include "router/sql/normalize.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {
namespace {

// Whether a token goes on with the statement where an expression cannot begin.
bool goes_on_behind_alias(const Token& token) {
    switch (token.kind) {
        case TokenKind::end:
        case TokenKind::semicolon:
        case TokenKind::comma:
        case TokenKind::right_paren:
            return true;
        default:
            break;
    }
    switch (token.keyword) {
        case Keyword::cross:
        case Keyword::except:
        case Keyword::for_:
        case Keyword::from:
        case Keyword::group:
        case Keyword::having:
        case Keyword::inner:
        case Keyword::intersect:
        case Keyword::into:
        case Keyword::join:
        case Keyword::left:
        case Keyword::limit:
        case Keyword::lock:
        case Keyword::natural:
        case Keyword::on:
        case Keyword::order:
        case Keyword::right:
        case Keyword::set:
        case Keyword::straight_join:
        case Keyword::union_:
        case Keyword::using_:
        case Keyword::where:
            return true;
        default:
            return false;
    }
}

}  // namespace

bool Parser::is_name_token(const Token& t) {
    return is_name(t.kind) && !is_reserved(t.keyword);
}

Name Parser::name_of(const Token& t) {
    return Name{
        {t.offset, t.end()}, unquoted(t), t.kind != TokenKind::word && t.kind != TokenKind::identifier};
}

Name Parser::name() {
    if (!is_name_token(token())) {
        fail();
        return {};
    }
    const Name result = name_of(token());
    advance();
    return result;
}

Name Parser::name_or_string() {
    if (!at(TokenKind::string)) return name();
    const Name result{{begin(), token().end()}, unescaped(token()), true};
    advance();
    return result;
}

std::string_view Parser::unescaped(const Token& t) {
    const std::string_view quoted = text_of(t);
    if (!needs_unescape(quoted, list_.mode)) return quoted.substr(1, quoted.size() - 2);
    const std::string text = unescape_string(quoted, list_.mode);
    char* const copy = static_cast<char*>(arena_.allocate(text.size() + 1, 1));
    text.copy(copy, text.size());
    return {copy, text.size()};
}

TableName Parser::table_name() {
    TableName result;
    const std::uint32_t from = begin();
    const bool leading_dot = accept(TokenKind::dot);  // .t is allowed for ODBC
    result.table = name();
    result.table.quoted |= leading_dot;  // behind a dot any word is a name
    if (at(TokenKind::dot) && token(1).kind != TokenKind::star) {
        advance();
        result.schema = result.table;
        result.table = name();
    }
    result.range = range_from(from);
    return result;
}

std::span<Name> Parser::name_list() {
    auto names = list_of<Name>();
    expect(TokenKind::left_paren);
    do {
        names.push(name());
    } while (accept(TokenKind::comma));
    expect(TokenKind::right_paren);
    return names.span();
}

// Words that are not reserved by both servers but may go on with the statement where an alias could stand.
bool Parser::at_bare_alias() const {
    const Token& next = token(1);
    switch (word()) {
        case Keyword::window:
            return !(is_name_token(next) && word(2) == Keyword::as);
        case Keyword::offset:
            return !is_literal(next.kind) && next.kind != TokenKind::parameter;
        case Keyword::returning:
        case Keyword::qualify:
            return goes_on_behind_alias(next) && token(2).kind != TokenKind::left_paren;
        default:
            return is_name_token(token());
    }
}

Name Parser::alias() {
    if (accept(Keyword::as)) return name_or_string();
    if (at_bare_alias()) return name();
    return {};
}

}  // namespace leasehold::router
