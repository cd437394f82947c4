// Calls: name(arguments), and the functions whose arguments have a grammar of their own.
#include "router/sql/fold.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {
namespace {

// Reserved words that are functions when a parenthesis follows.
bool is_function_word(Keyword keyword) {
    switch (keyword) {
        case Keyword::char_:
        case Keyword::current_date:
        case Keyword::current_time:
        case Keyword::current_timestamp:
        case Keyword::current_user:
        case Keyword::database:
        case Keyword::if_:
        case Keyword::insert:
        case Keyword::left:
        case Keyword::localtime:
        case Keyword::localtimestamp:
        case Keyword::mod:
        case Keyword::repeat:
        case Keyword::replace:
        case Keyword::right:
        case Keyword::schema:
        case Keyword::utc_date:
        case Keyword::utc_time:
        case Keyword::utc_timestamp:
            return true;
        default:
            return false;
    }
}

bool stands_without_parentheses(Keyword keyword) {
    switch (keyword) {
        case Keyword::current_date:
        case Keyword::current_time:
        case Keyword::current_timestamp:
        case Keyword::current_user:
        case Keyword::localtime:
        case Keyword::localtimestamp:
        case Keyword::utc_date:
        case Keyword::utc_time:
        case Keyword::utc_timestamp:
            return true;
        default:
            return false;
    }
}

}  // namespace

// The cursor is at the function's (unqualified) name.
Expr* Parser::function_call(Name schema, Name called) {
    const Keyword keyword = word();
    const bool parentheses = token(1).kind == TokenKind::left_paren;
    const std::uint32_t from = schema.empty() ? called.range.begin : schema.range.begin;
    if (!parentheses) {
        auto* node = make_at<FunctionExpr>(from);
        node->form = FunctionForm::no_parentheses;
        node->name = called;
        if (stands_without_parentheses(keyword)) {
            advance();
        } else {
            fail();
        }
        return done(node);
    }
    if (is_reserved(keyword) && !is_function_word(keyword)) fail();
    FunctionExpr* const node = call_begin();
    node->range.begin = from;
    node->schema = schema;
    if (!at(TokenKind::right_paren)) call_arguments(*node);
    return call_end(node);
}

FunctionExpr* Parser::call_begin() {
    auto* node = make_at<FunctionExpr>(begin());
    node->name = name_of(token());
    node->space_before_paren = token().end() != token(1).offset;
    advance();
    expect(TokenKind::left_paren);
    return node;
}

void Parser::call_arguments(FunctionExpr& call) {
    const std::size_t first = position_;
    if (accept(Keyword::distinct)) {
        call.distinct = true;
    } else {
        accept(Keyword::all);
    }
    auto arguments = list_of<Expr*>();
    do {
        if (at(TokenKind::star)) {
            auto* star = make_at<StarExpr>(begin());
            advance();
            star->range.end = end();
            arguments.push(star);
        } else {
            arguments.push(expr());
        }
    } while (accept(TokenKind::comma));
    call.arguments = arguments.span();
    call_tail(call);
    if (at(TokenKind::right_paren) || failed_) return;
    // JSON_VALUE(... RETURNING ...), COLUMN_CREATE('a', 1 AS INT) and others: kept as written.
    call.form = FunctionForm::opaque;
    skip_balanced();
    call.raw = raw_from(first);
}

// ORDER BY, SEPARATOR and LIMIT of GROUP_CONCAT and JSON_ARRAYAGG; CHAR(... USING x); WEIGHT_STRING(x AS
// CHAR(3)).
void Parser::call_tail(FunctionExpr& call) {
    if (at(Keyword::using_)) {
        advance();
        call.form = FunctionForm::using_charset;
        call.keyword = text_of(token());
        advance();
        return;
    }
    if (at(Keyword::as) && equal_folded(call.name.text, "weight_string")) {
        advance();
        const std::size_t type = position_;
        call.form = FunctionForm::as_type;
        skip_balanced();
        call.keyword = raw_from(type);
        return;
    }
    if (at(Keyword::order) && word(1) == Keyword::by) {
        advance();
        advance();
        call.order_by = order_list();
    }
    if (accept(Keyword::separator)) call.separator = literal();
    if (accept(Keyword::limit)) {
        call.limit = expr_list();
        if (call.limit.size() == 1 && accept(Keyword::offset)) {
            auto pair = list_of<Expr*>();
            pair.push(nullptr);
            pair.push(call.limit.front());
            pair.span()[0] = expr();
            call.limit = pair.span();
        }
    }
}

Expr* Parser::call_end(FunctionExpr* call) {
    expect(TokenKind::right_paren);
    if (at(Keyword::within) && word(1) == Keyword::group) {
        advance();
        advance();
        expect(TokenKind::left_paren);
        expect(Keyword::order);
        expect(Keyword::by);
        call->within_group = true;
        call->order_by = order_list();
        expect(TokenKind::right_paren);
    }
    const std::size_t nulls = position_;
    if (at(Keyword::from) && (word(1) == Keyword::first || word(1) == Keyword::last)) {
        if (word(2) == Keyword::over || word(4) == Keyword::over) {
            advance();
            advance();
        }
    }
    if ((at(Keyword::respect) || at(Keyword::ignore)) && word(1) == Keyword::nulls) {
        advance();
        advance();
    }
    call->nulls = raw_from(nulls);
    if (at(Keyword::over)) call->over = over();
    return done(call);
}

Expr* Parser::cast() {
    auto* node = make_at<CastExpr>(begin());
    advance();
    expect(TokenKind::left_paren);
    node->value = expr();
    const std::size_t target = position_;
    if (!at(Keyword::as) && !at(Keyword::at)) fail();  // CAST(x AT TIME ZONE '+00:00' AS DATETIME)
    skip_balanced();
    node->target = raw_from(target);
    expect(TokenKind::right_paren);
    return done(node);
}

Expr* Parser::convert() {
    auto* node = make_at<CastExpr>(begin());
    advance();
    expect(TokenKind::left_paren);
    node->value = expr();
    node->form = at(Keyword::using_) ? CastForm::convert_using : CastForm::convert;
    if (!accept(Keyword::using_)) expect(TokenKind::comma);
    const std::size_t target = position_;
    skip_balanced();
    node->target = raw_from(target);
    expect(TokenKind::right_paren);
    return done(node);
}

Expr* Parser::extract() {
    FunctionExpr* const node = call_begin();
    node->form = FunctionForm::extract;
    node->keyword = unit();
    expect(Keyword::from);
    node->arguments = expr_list();
    return call_end(node);
}

Expr* Parser::trim() {
    FunctionExpr* const node = call_begin();
    node->form = FunctionForm::trim;
    auto arguments = list_of<Expr*>();
    if (at(Keyword::both) || at(Keyword::leading) || at(Keyword::trailing)) {
        node->keyword = text_of(token());
        advance();
    }
    if (!at(Keyword::from)) arguments.push(expr());
    if (accept(Keyword::from)) {
        Expr* const subject = expr();
        if (arguments.empty()) {
            arguments.push(subject);
        } else {
            arguments.push(arguments.back());
            arguments.span()[0] = subject;
        }
    } else if (!node->keyword.empty()) {
        fail();
    }
    node->arguments = arguments.span();
    return call_end(node);
}

Expr* Parser::substring() {
    FunctionExpr* const node = call_begin();
    auto arguments = list_of<Expr*>();
    arguments.push(expr());
    if (accept(Keyword::from)) {
        node->form = FunctionForm::substring_from;
        arguments.push(expr());
        if (accept(Keyword::for_)) arguments.push(expr());
    } else {
        while (accept(TokenKind::comma)) arguments.push(expr());
    }
    node->arguments = arguments.span();
    return call_end(node);
}

Expr* Parser::position() {
    FunctionExpr* const node = call_begin();
    node->form = FunctionForm::position_in;
    auto arguments = list_of<Expr*>();
    arguments.push(expr(Precedence::bit_or));
    expect(Keyword::in);
    arguments.push(expr());
    node->arguments = arguments.span();
    return call_end(node);
}

// TIMESTAMPADD(unit, ...), TIMESTAMPDIFF(unit, ...), GET_FORMAT(DATE, ...)
Expr* Parser::unit_first() {
    FunctionExpr* const node = call_begin();
    node->form = FunctionForm::unit_first;
    if (at(TokenKind::word)) {
        node->keyword = text_of(token());
        advance();
    } else {
        fail();
    }
    expect(TokenKind::comma);
    node->arguments = expr_list();
    return call_end(node);
}

// NEXT VALUE FOR s, PREVIOUS VALUE FOR s (MariaDB)
Expr* Parser::next_value() {
    auto* node = make_at<FunctionExpr>(begin());
    node->form = FunctionForm::next_value;
    node->name = name_of(token());
    advance();
    advance();
    advance();
    auto* sequence = make_at<ColumnExpr>(begin());
    const TableName table = table_name();
    note_table(table);
    sequence->table = table.schema;
    sequence->column = table.table;
    sequence->range = table.range;
    auto arguments = list_of<Expr*>();
    arguments.push(sequence);
    node->arguments = arguments.span();
    return done(node);
}

}  // namespace leasehold::router
