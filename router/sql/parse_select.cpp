// SELECT up to its HAVING and WINDOW; VALUES and TABLE as queries.
#include "router/sql/fold.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {

QueryBody* Parser::select_core() {
    auto* core = make_at<SelectCore>(begin());
    expect(Keyword::select);
    core->hint = hint();
    select_options(core->options);
    const std::uint32_t items_begin = begin();
    core->items = select_items();
    core->items_range = range_from(items_begin);
    if (at(Keyword::into)) {
        core->into = into();
        core->into->before_from = at(Keyword::from);
    }
    if (accept(Keyword::from)) from(*core);
    if (accept(Keyword::where)) {
        const std::uint32_t where_begin = begin();
        core->where = expr();
        core->where_range = range_from(where_begin);
    }
    if (at(Keyword::group)) group_by(*core);
    if (accept(Keyword::having)) core->having = expr();
    if (at(Keyword::window) && !at_bare_alias()) {
        advance();
        auto windows = list_of<Window>();
        do {
            const std::uint32_t window_begin = begin();
            const Name window_name = name();
            expect(Keyword::as);
            Window window = window_spec();
            window.name = window_name;
            window.range.begin = window_begin;
            windows.push(window);
        } while (accept(TokenKind::comma));
        core->windows = windows.span();
    }
    if (at(Keyword::qualify) && !at_bare_alias()) {
        advance();
        core->qualify = expr();
    }
    core->range.end = end();
    return core;
}

std::string_view Parser::hint() {
    if (!at(TokenKind::hint)) return {};
    const std::string_view text = text_of(token());
    advance();
    return text;
}

void Parser::select_options(SelectOptions& options) {
    const std::size_t first = position_;
    for (bool more = true; more;) {
        switch (word()) {
            case Keyword::distinct:
            case Keyword::distinctrow:
                options.distinct = true;
                break;
            case Keyword::sql_calc_found_rows:
                options.calc_found_rows = true;
                break;
            case Keyword::straight_join:
                options.straight_join = true;
                break;
            case Keyword::all:
            case Keyword::high_priority:
            case Keyword::sql_small_result:
            case Keyword::sql_big_result:
                break;
            case Keyword::sql_buffer_result:
            case Keyword::sql_cache:
            case Keyword::sql_no_cache: {
                // Not reserved: a column of that name when the select list would otherwise be empty.
                const Token& next = token(1);
                more = next.kind != TokenKind::comma && next.kind != TokenKind::end &&
                       next.kind != TokenKind::dot && next.kind != TokenKind::right_paren &&
                       next.kind != TokenKind::semicolon && next.keyword != Keyword::from &&
                       next.keyword != Keyword::as;
                break;
            }
            default:
                more = false;
                break;
        }
        if (more) advance();
    }
    options.text = raw_from(first);
}

std::span<SelectItem> Parser::select_items() {
    auto items = list_of<SelectItem>();
    do {
        items.push(select_item());
    } while (accept(TokenKind::comma));
    return items.span();
}

SelectItem Parser::select_item() {
    SelectItem item;
    item.range.begin = begin();
    item.expr = star_or_expr();
    item.range.end = end();
    if (item.expr->kind == ExprKind::star) return item;
    item.alias = at(TokenKind::string) ? name_or_string() : alias();
    item.range.end = end();
    return item;
}

// *, t.*, db.t.*
Expr* Parser::star_or_expr() {
    std::size_t ahead = 0;
    while (ahead <= 2 && is_name_token(token(ahead)) && token(ahead + 1).kind == TokenKind::dot) ahead += 2;
    if (token(ahead).kind != TokenKind::star) return expr();
    auto* star = make_at<StarExpr>(begin());
    if (ahead == 4) {
        star->schema = name();
        advance();
    }
    if (ahead >= 2) {
        star->table = name();
        advance();
    }
    advance();
    star->range.end = end();
    return star;
}

void Parser::from(SelectCore& core) {
    const std::uint32_t from_begin = begin();
    if (accept(Keyword::dual)) {
        core.from_dual = true;
    } else {
        core.from = table_references();
    }
    core.from_range = range_from(from_begin);
}

// GROUP BY list [WITH ROLLUP], GROUP BY ROLLUP(list)
void Parser::group_by(SelectCore& core) {
    advance();
    expect(Keyword::by);
    const bool rollup = at(Keyword::rollup) && token(1).kind == TokenKind::left_paren;
    const bool cube = at(Keyword::cube) && token(1).kind == TokenKind::left_paren;
    if (rollup || cube) {
        advance();
        advance();
        core.group_modifier = rollup ? GroupModifier::rollup_function : GroupModifier::cube_function;
    }
    core.group_by = order_list();
    if (rollup || cube) expect(TokenKind::right_paren);
    if (at(Keyword::with) && word(1) == Keyword::rollup) {
        advance();
        advance();
        core.group_modifier = GroupModifier::with_rollup;
    }
}

Into* Parser::into() {
    auto* node = make_at<Into>(begin());
    advance();
    auto variables = list_of<Expr*>();
    if (at(Keyword::outfile) || at(Keyword::dumpfile)) {
        node->kind = at(Keyword::outfile) ? IntoKind::outfile : IntoKind::dumpfile;
        advance();
        const std::size_t first = position_;
        variables.push(literal());
        // Options of OUTFILE: words and literals up to what may follow INTO.
        while ((at(TokenKind::word) || at(TokenKind::introducer) || is_literal(token().kind)) &&
               !at(Keyword::from) && !at(Keyword::for_) && !at(Keyword::lock)) {
            advance();
        }
        node->file = raw_from(first);
        variables.pop();
    } else {
        node->kind = IntoKind::variables;
        do {
            if (at(TokenKind::user_variable)) {
                auto* variable = make_at<UserVariableExpr>(begin());
                variable->name = unquoted(token());
                advance();
                variable->range.end = end();
                variables.push(variable);
            } else {
                fail();
            }
        } while (accept(TokenKind::comma));
    }
    node->variables = variables.span();
    node->range.end = end();
    return node;
}

// VALUES ROW(1, 2), ROW(3, 4)
QueryBody* Parser::values_core() {
    auto* core = make_at<ValuesCore>(begin());
    advance();
    core->row_keyword = at(Keyword::row);
    auto rows = list_of<RowExpr*>();
    do {
        rows.push(row_constructor(core->row_keyword));
    } while (accept(TokenKind::comma));
    core->rows = rows.span();
    core->range.end = end();
    return core;
}

QueryBody* Parser::table_core() {
    auto* core = make_at<TableCore>(begin());
    advance();
    core->name = table_name();
    note_table(core->name);
    core->range.end = end();
    return core;
}

// ( a, b ) or ROW ( a, b ); may be empty in INSERT.
RowExpr* Parser::row_constructor(bool row_keyword) {
    auto* row_node = make_at<RowExpr>(begin());
    if (row_keyword) expect(Keyword::row);
    row_node->keyword = row_keyword;
    expect(TokenKind::left_paren);
    if (!at(TokenKind::right_paren)) row_node->elements = expr_list();
    expect(TokenKind::right_paren);
    return done(row_node);
}

}  // namespace leasehold::router
