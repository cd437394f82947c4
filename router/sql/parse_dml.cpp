// INSERT, REPLACE, UPDATE, DELETE.
#include "router/sql/parser_impl.h"

namespace leasehold::router {

std::string_view Parser::options(std::initializer_list<Keyword> words, bool& ignore) {
    const std::size_t first = position_;
    for (bool more = true; more;) {
        more = false;
        for (const Keyword option : words) {
            if (!accept(option)) continue;
            ignore = ignore || option == Keyword::ignore;
            more = true;
        }
    }
    return raw_from(first);
}

Statement* Parser::insert(StatementKind kind) {
    auto* s = start<InsertStatement>(kind);
    advance();
    s->hint = hint();
    s->options = options({Keyword::low_priority, Keyword::delayed, Keyword::high_priority, Keyword::ignore},
                         s->ignore);
    accept(Keyword::into);
    s->table = table_name();
    note_table(s->table);
    if (at(Keyword::partition) && token(1).kind == TokenKind::left_paren) {
        advance();
        s->partitions = name_list();
    }
    if (at(TokenKind::left_paren) && token(1).kind != TokenKind::left_paren) {
        advance();
        if (starts_query(true)) {
            --position_;
        } else {
            s->has_columns = true;
            auto columns = list_of<ColumnExpr*>();
            while (!at(TokenKind::right_paren) && !failed_) {
                Expr* const column = name_primary();
                if (auto* named = column->as<ColumnExpr>()) {
                    columns.push(named);
                } else {
                    fail();
                }
                if (!accept(TokenKind::comma)) break;
            }
            expect(TokenKind::right_paren);
            s->columns = columns.span();
        }
    }
    insert_rows(*s);
    if (at(Keyword::as)) row_alias(*s);
    if (at(Keyword::on) && word(1) == Keyword::duplicate) {
        advance();
        advance();
        expect(Keyword::key);
        expect(Keyword::update);
        s->on_duplicate = column_assignments();
    }
    s->returning = returning();
    return s;
}

void Parser::insert_rows(InsertStatement& s) {
    if (at(Keyword::values) || at(Keyword::value)) {
        s.value_keyword = at(Keyword::value);
        advance();
        s.row_keyword = at(Keyword::row);
        const std::uint32_t rows_begin = begin();
        auto rows = list_of<RowExpr*>();
        do {
            rows.push(row_constructor(s.row_keyword));
        } while (accept(TokenKind::comma));
        s.rows = rows.span();
        s.rows_range = range_from(rows_begin);
    } else if (accept(Keyword::set)) {
        s.source = InsertSource::set;
        s.set = column_assignments();
    } else {
        s.source = InsertSource::query;
        s.query = query();
    }
}

// AS new [(a, b)]
void Parser::row_alias(InsertStatement& s) {
    advance();
    s.row_alias = name();
    if (at(TokenKind::left_paren)) s.row_alias_columns = name_list();
}

std::span<ColumnAssignment> Parser::column_assignments() {
    auto list = list_of<ColumnAssignment>();
    do {
        ColumnAssignment assignment;
        assignment.range.begin = begin();
        Expr* const column = name_primary();
        assignment.column = column->as<ColumnExpr>();
        if (assignment.column == nullptr) fail();
        if (!accept(TokenKind::assign)) expect(TokenKind::equal);
        assignment.value = expr();
        assignment.range.end = end();
        list.push(assignment);
    } while (accept(TokenKind::comma));
    return list.span();
}

template <typename Change>
void Parser::which_rows(Change& s) {
    if (accept(Keyword::where)) {
        const std::uint32_t where_begin = begin();
        s.where = expr();
        s.where_range = range_from(where_begin);
    }
    if (accept(Keyword::order)) {
        expect(Keyword::by);
        s.order_by = order_list();
    }
    s.limit = limit();
    s.returning = returning();
}

std::span<SelectItem> Parser::returning() {
    if (!at(Keyword::returning)) return {};
    advance();
    return select_items();
}

Statement* Parser::update(With* with_clause, std::uint32_t from) {
    auto* s = start<UpdateStatement>(StatementKind::update);
    s->range.begin = from;
    s->with = with_clause;
    advance();
    s->hint = hint();
    s->options = options({Keyword::low_priority, Keyword::ignore}, s->ignore);
    s->tables_updated = table_references();
    expect(Keyword::set);
    s->set = column_assignments();
    which_rows(*s);
    return s;
}

// t, db.t, t.*, db.t.*
TableName Parser::delete_target() {
    TableName target = table_name();
    if (at(TokenKind::dot) && token(1).kind == TokenKind::star) {
        advance();
        advance();
    }
    return target;
}

Statement* Parser::delete_statement(With* with_clause, std::uint32_t from) {
    auto* s = start<DeleteStatement>(StatementKind::delete_);
    s->range.begin = from;
    s->with = with_clause;
    advance();
    s->hint = hint();
    s->options = options({Keyword::low_priority, Keyword::quick, Keyword::ignore}, s->ignore);
    const bool from_first = accept(Keyword::from);
    const std::uint32_t table_begin = begin();
    auto targets = list_of<TableName>();
    const std::size_t first_target = position_;
    do {
        targets.push(delete_target());
    } while (accept(TokenKind::comma));
    const bool wildcard = position_ > first_target && list_.tokens[position_ - 1].kind == TokenKind::star;
    if (!from_first) {
        expect(Keyword::from);
        s->targets = targets.span();
        s->from = table_references();
    } else if (accept(Keyword::using_)) {
        s->using_form = true;
        s->targets = targets.span();
        s->from = table_references();
    } else {
        if (targets.size() != 1 || wildcard) fail();
        auto tables = list_of<TableRef*>();
        tables.push(table_factor(targets.back(), table_begin));
        s->from = tables.span();
    }
    which_rows(*s);
    return s;
}

}  // namespace leasehold::router
