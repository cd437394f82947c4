// CASE, EXISTS, INTERVAL, MATCH, DEFAULT, ROW.
#include "router/sql/fold.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {

Expr* Parser::case_expr() {
    auto* node = make_at<CaseExpr>(begin());
    advance();
    if (!at(Keyword::when)) node->operand = expr();
    auto whens = list_of<WhenClause>();
    while (accept(Keyword::when)) {
        WhenClause clause;
        clause.condition = expr();
        expect(Keyword::then);
        clause.result = expr();
        whens.push(clause);
    }
    if (whens.empty()) fail();
    node->whens = whens.span();
    if (accept(Keyword::else_)) node->otherwise = expr();
    expect(Keyword::end);
    return done(node);
}

Expr* Parser::exists() {
    auto* node = make_at<SubqueryExpr>(begin());
    advance();
    node->exists = true;
    expect(TokenKind::left_paren);
    const Content content = paren_content();
    if (content.query == nullptr) fail();
    node->query = content.query;
    expect(TokenKind::right_paren);
    return done(node);
}

bool Parser::at_unit(std::size_t ahead) const {
    switch (word(ahead)) {
        case Keyword::microsecond:
        case Keyword::second:
        case Keyword::minute:
        case Keyword::hour:
        case Keyword::day:
        case Keyword::week:
        case Keyword::month:
        case Keyword::quarter:
        case Keyword::year:
        case Keyword::second_microsecond:
        case Keyword::minute_microsecond:
        case Keyword::minute_second:
        case Keyword::hour_microsecond:
        case Keyword::hour_second:
        case Keyword::hour_minute:
        case Keyword::day_microsecond:
        case Keyword::day_second:
        case Keyword::day_minute:
        case Keyword::day_hour:
        case Keyword::year_month:
            return true;
        default: {
            const Token& t = token(ahead);
            return t.kind == TokenKind::word && t.length > 8 &&
                   equal_folded(text_of(t).substr(0, 8), "sql_tsi_");
        }
    }
}

std::string_view Parser::unit() {
    if (!at_unit()) {
        fail();
        return {};
    }
    const std::string_view text = text_of(token());
    advance();
    return text;
}

// INTERVAL value unit, or the function INTERVAL(a, b, ...): what stands behind the parenthesis decides.
Expr* Parser::interval() {
    const std::uint32_t from = begin();
    const Name called = name_of(token());
    const bool space = token().end() != token(1).offset;
    advance();
    auto* node = make_at<IntervalExpr>(from);
    if (at(TokenKind::left_paren)) {
        const std::uint32_t value_begin = begin();
        Expr* value = paren();
        if (auto* values = value->as<RowExpr>(); values != nullptr) {
            auto* function = make_at<FunctionExpr>(from);
            function->name = called;
            function->space_before_paren = space;
            function->arguments = values->elements;
            return done(function);
        }
        node->value = climb(value, value_begin, Precedence::lowest);
        height_ = std::max(height_, node->value->height);
    } else {
        node->value = expr();
    }
    node->unit = unit();
    return done(node);
}

Expr* Parser::match() {
    auto* node = make_at<MatchExpr>(begin());
    advance();
    node->parentheses = accept(TokenKind::left_paren);
    auto columns = list_of<Expr*>();
    do {
        columns.push(expr(Precedence::primary));
    } while (accept(TokenKind::comma));
    node->columns = columns.span();
    if (node->parentheses) expect(TokenKind::right_paren);
    expect(Keyword::against);
    expect(TokenKind::left_paren);
    node->against = expr(Precedence::bit_or);
    const std::size_t modifier = position_;
    while (!at(TokenKind::right_paren) && at(TokenKind::word)) advance();
    node->modifier = raw_from(modifier);
    expect(TokenKind::right_paren);
    return done(node);
}

// DEFAULT, DEFAULT(column), VALUES(column), IGNORE
Expr* Parser::default_expr() {
    auto* node = make_at<DefaultExpr>(begin());
    if (accept(Keyword::ignore)) {
        node->form = DefaultForm::ignore;
        return done(node);
    }
    const bool is_default = at(Keyword::default_);
    advance();
    if (is_default && !at(TokenKind::left_paren)) return done(node);
    node->form = is_default ? DefaultForm::default_of : DefaultForm::values_of;
    expect(TokenKind::left_paren);
    node->column = expr(Precedence::primary);
    expect(TokenKind::right_paren);
    return done(node);
}

Expr* Parser::row() {
    auto* node = make_at<RowExpr>(begin());
    advance();
    node->keyword = true;
    expect(TokenKind::left_paren);
    node->elements = expr_list();
    expect(TokenKind::right_paren);
    return done(node);
}

}  // namespace leasehold::router
