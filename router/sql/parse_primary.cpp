// Operands of expressions: literals, variables, columns, parentheses and the constructs with a grammar of
// their own.
#include <algorithm>

#include "router/sql/fold.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {
namespace {

LiteralKind literal_kind(TokenKind kind) {
    switch (kind) {
        case TokenKind::integer:
            return LiteralKind::integer;
        case TokenKind::decimal:
            return LiteralKind::decimal;
        case TokenKind::floating:
            return LiteralKind::floating;
        case TokenKind::hex_string:
        case TokenKind::hex_number:
            return LiteralKind::hex;
        case TokenKind::bit_string:
        case TokenKind::bit_number:
            return LiteralKind::bit;
        case TokenKind::national_string:
            return LiteralKind::national;
        default:
            return LiteralKind::string;
    }
}

bool is_string(TokenKind kind) {
    return kind == TokenKind::string || kind == TokenKind::national_string;
}

struct ScopeName {
    std::string_view name;
    SystemVariableScope scope;
};
constexpr ScopeName scope_names[] = {
    {"session", SystemVariableScope::session},
    {"global", SystemVariableScope::global},
    {"local", SystemVariableScope::local},
    {"persist", SystemVariableScope::persist},
    {"persist_only", SystemVariableScope::persist_only},
};

}  // namespace

Expr* Parser::primary() {
    switch (token().kind) {
        case TokenKind::introducer:
            return literal();
        case TokenKind::parameter:
            return parameter();
        case TokenKind::null_symbol:
            return keyword_literal(LiteralKind::null);
        case TokenKind::user_variable:
            return user_variable();
        case TokenKind::system_variable:
            return system_variable();
        case TokenKind::left_paren:
            return paren();
        case TokenKind::left_brace:
            return odbc();
        case TokenKind::dot:
        case TokenKind::identifier:
        case TokenKind::quoted_identifier:
            return name_primary();
        case TokenKind::word:
            return word_primary();
        default:
            if (is_literal(token().kind)) return literal();
            fail();
            return make_at<LiteralExpr>(begin());
    }
}

Expr* Parser::word_primary() {
    const bool call = token(1).kind == TokenKind::left_paren;
    switch (word()) {
        case Keyword::null:
            return keyword_literal(LiteralKind::null);
        case Keyword::true_:
            return keyword_literal(LiteralKind::true_);
        case Keyword::false_:
            return keyword_literal(LiteralKind::false_);
        case Keyword::case_:
            return case_expr();
        case Keyword::exists:
            return exists();
        case Keyword::interval:
            return interval();
        case Keyword::match:
            return match();
        case Keyword::default_:
            return default_expr();
        case Keyword::values:
        case Keyword::value:
            if (call) return default_expr();
            break;
        case Keyword::ignore:
            return default_expr();
        case Keyword::convert:
            return convert();
        case Keyword::cast:
            if (call) return cast();
            break;
        case Keyword::row:
            if (call) return row();
            break;
        case Keyword::date:
        case Keyword::time:
        case Keyword::timestamp:
            if (token(1).kind == TokenKind::string) return literal();
            break;
        case Keyword::extract:
            if (call) return extract();
            break;
        case Keyword::trim:
            if (call) return trim();
            break;
        case Keyword::substr:
        case Keyword::substring:
        case Keyword::mid:
            if (call) return substring();
            break;
        case Keyword::position:
            if (call) return position();
            break;
        case Keyword::timestampadd:
        case Keyword::timestampdiff:
        case Keyword::get_format:
            if (call) return unit_first();
            break;
        case Keyword::next:
        case Keyword::previous:
            if (word(1) == Keyword::value && word(2) == Keyword::for_) return next_value();
            break;
        default:
            break;
    }
    return name_primary();
}

Expr* Parser::literal() {
    auto* node = make_at<LiteralExpr>(begin());
    if (at(TokenKind::introducer) || at(TokenKind::word)) {
        node->prefix = text_of(token());
        advance();
    }
    if (!is_literal(token().kind)) {
        fail();
        return node;
    }
    const std::size_t first = position_;
    node->literal = literal_kind(token().kind);
    node->index = token().ordinal;
    const bool string = is_string(token().kind);
    advance();
    while (string && at(TokenKind::string)) {
        ++node->pieces;
        advance();
    }
    // One token's text is a view into the statement, whatever comments it holds.
    node->text = node->pieces == 1 ? text_of(list_.tokens[first]) : raw_from(first);
    node->range.end = end();
    return node;
}

Expr* Parser::keyword_literal(LiteralKind kind) {
    auto* node = make_at<LiteralExpr>(begin());
    node->literal = kind;
    node->text = text_of(token());
    advance();
    node->range.end = end();
    return node;
}

Expr* Parser::parameter() {
    auto* node = make_at<ParamExpr>(begin());
    node->ordinal = token().ordinal;
    advance();
    node->range.end = end();
    return node;
}

Expr* Parser::user_variable() {
    auto* node = make_at<UserVariableExpr>(begin());
    node->name = unquoted(token());
    advance();
    node->range.end = end();
    if (!at(TokenKind::assign)) return node;
    auto* assign = make_at<AssignExpr>(node->range.begin);
    advance();
    assign->target = node;
    assign->value = expr();
    return done(assign);
}

Expr* Parser::system_variable() {
    auto* node = make_at<SystemVariableExpr>(begin());
    std::string_view text = text_of(token()).substr(2);
    const std::size_t dot = text.find('.');
    if (dot != std::string_view::npos) {
        for (const ScopeName& known : scope_names) {
            if (!equal_folded(text.substr(0, dot), known.name)) continue;
            node->scope = known.scope;
            text.remove_prefix(dot + 1);
            break;
        }
    }
    node->name = text;
    advance();
    node->range.end = end();
    return node;
}

// {d '2020-01-01'}, {fn f(x)}
Expr* Parser::odbc() {
    auto* node = make_at<OdbcExpr>(begin());
    advance();
    node->escape = name();
    node->value = expr();
    expect(TokenKind::right_brace);
    return done(node);
}

// A column or a function, with its qualifiers.
Expr* Parser::name_primary() {
    const bool call = token(1).kind == TokenKind::left_paren;
    if (is_reserved(word()) && !call)
        return function_call({}, name_of(token()));  // CURRENT_DATE and the like, or 1064
    auto* node = make_at<ColumnExpr>(begin());
    if (call) return function_call({}, name_of(token()));
    const bool leading_dot = accept(TokenKind::dot);
    node->column = name();
    node->column.quoted |= leading_dot;  // behind a dot any word is a name
    for (int qualifiers = 0; qualifiers < 2 && at(TokenKind::dot); ++qualifiers) {
        advance();
        node->schema = node->table;
        node->table = node->column;
        if (qualifiers == 0 && !leading_dot && token(1).kind == TokenKind::left_paren &&
            is_name(token().kind)) {
            return function_call(node->table, name_of(token()));
        }
        node->column = name();
    }
    node->range.end = end();
    if (at(TokenKind::json_extract) || at(TokenKind::json_unquote)) return json_path(node);
    return node;
}

Expr* Parser::json_path(Expr* column) {
    auto* node = make_at<BinaryExpr>(column->range.begin);
    node->op = at(TokenKind::json_extract) ? BinaryOp::json_extract : BinaryOp::json_unquote;
    advance();
    node->left = column;
    node->right = at(TokenKind::parameter) ? parameter() : literal();
    node->range.end = end();
    node->height = 2;
    return node;
}

Expr* Parser::paren() {
    const std::uint32_t from = begin();
    expect(TokenKind::left_paren);
    const Content content = paren_content();
    expect(TokenKind::right_paren);
    if (content.query != nullptr) {
        auto* node = make_at<SubqueryExpr>(from);
        node->query = content.query;
        node->range.end = end();
        node->height = static_cast<std::uint16_t>(content.query->height + 1);
        height_ = std::max(height_, node->height);
        return node;
    }
    if (content.list.size() == 1) return content.list.front();
    auto* node = make_at<RowExpr>(from);
    node->elements = content.list;
    return done(node);
}

// Behind a left parenthesis. ((SELECT 1) UNION SELECT 2) and ((SELECT 1) + 2, 3) begin alike: what follows
// the inner parenthesis decides, without going back.
Parser::Content Parser::paren_content() {
    const Nest nest(*this);
    Content content;
    if (starts_query(false)) {
        content.query = query();
        return content;
    }
    auto list = list_of<Expr*>();
    if (at(TokenKind::left_paren)) {
        const std::uint32_t from = begin();
        Expr* inner = paren();
        if (auto* subquery = inner->as<SubqueryExpr>(); subquery != nullptr && !subquery->exists) {
            if (at(TokenKind::right_paren)) {
                content.query = subquery->query;
                return content;
            }
            if (continues_query()) {
                content.query = query_from(nested(subquery->query, subquery->range.begin), from);
                return content;
            }
        }
        inner = climb(inner, from, Precedence::lowest);
        height_ = std::max(height_, inner->height);
        list.push(inner);
    } else {
        list.push(expr());
    }
    while (accept(TokenKind::comma)) list.push(expr());
    height_ = std::max<std::uint16_t>(height_, 1);
    content.list = list.span();
    return content;
}

std::span<Expr*> Parser::expr_list() {
    auto list = list_of<Expr*>();
    do {
        list.push(expr());
    } while (accept(TokenKind::comma));
    return list.span();
}

}  // namespace leasehold::router
