// Text PREPARE and its kin, HANDLER, EXPLAIN, table maintenance.
#include "router/sql/kind_of.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {

Statement* Parser::prepare() {
    auto* s = make<PrepareStatement>();
    advance();
    s->name = name();
    expect(Keyword::from);
    s->text = expr();
    return s;
}

Statement* Parser::execute() {
    auto* s = make<ExecuteStatement>();
    advance();
    if (accept(Keyword::immediate)) {
        s->immediate = expr();
    } else {
        s->name = name();
    }
    if (accept(Keyword::using_)) s->arguments = expr_list();
    return s;
}

Statement* Parser::deallocate() {
    auto* s = make<DeallocateStatement>();
    s->drop_form = at(Keyword::drop);
    advance();
    expect(Keyword::prepare);
    s->name = name();
    return s;
}

Statement* Parser::handler() {
    auto* s = make<HandlerStatement>();
    advance();
    s->table = table_name();
    note_table(s->table);
    if (accept(Keyword::open)) {
        s->alias = alias();
    } else if (accept(Keyword::close)) {
        s->verb = HandlerVerb::close;
    } else {
        expect(Keyword::read);
        s->verb = HandlerVerb::read;
        s->tail.begin = begin();
        skip_to_end();
        s->tail.end = end();
    }
    return s;
}

// EXPLAIN [options] statement | FOR CONNECTION n | table [column]; EXPLAIN ROUTE statement; ANALYZE
// statement.
Statement* Parser::explain() {
    auto* s = make<ExplainStatement>();
    const bool describes = kind_of(list_.tokens, position_) == StatementKind::describe;
    s->analyze = at(Keyword::analyze);
    advance();
    if (describes) {
        s->table = table_name();
        note_table(s->table);
        s->column.begin = begin();
        skip_to_end();
        s->column.end = s->column.begin < end() ? end() : s->column.begin;
        return s;
    }
    s->options = {begin(), begin()};
    if (accept(Keyword::route)) {
        s->route = true;
        explain_inner(*s);
        return s;
    }
    for (bool more = true; more && !at_end();) {
        switch (word()) {
            case Keyword::analyze:
                s->analyze = true;
                advance();
                break;
            case Keyword::extended:
            case Keyword::partitions:
                advance();
                break;
            case Keyword::format:
                advance();
                expect(TokenKind::equal);
                advance();
                break;
            case Keyword::into:  // INTO @variable (MySQL 8.1)
                advance();
                advance();
                break;
            case Keyword::for_:
                if (word(1) == Keyword::connection) {
                    skip_to_end();
                } else {
                    advance();  // FOR SCHEMA name (MySQL 8.3)
                    advance();
                    name();
                }
                break;
            default:
                more = false;
                break;
        }
    }
    if (end() > s->options.begin) s->options.end = end();
    if (!at_end()) explain_inner(*s);
    return s;
}

void Parser::explain_inner(ExplainStatement& s) {
    s.inner_range.begin = begin();
    if (at_end()) fail();
    if (at(Keyword::explain) || at(Keyword::describe) || at(Keyword::desc)) fail();
    s.inner = statement();
    s.inner_range.end = end();
}

// ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR TABLE t, ...; CACHE INDEX, LOAD INDEX; all others are kept as
// written.
Statement* Parser::admin() {
    auto* s = make<AdminStatement>();
    const bool maintains = at(Keyword::analyze) || at(Keyword::check) || at(Keyword::checksum) ||
                           at(Keyword::optimize) || at(Keyword::repair);
    const bool index = (at(Keyword::cache) || at(Keyword::load)) && word(1) == Keyword::index;
    advance();
    if (maintains) {
        if (!accept(Keyword::local)) accept(Keyword::no_write_to_binlog);
        if (at(Keyword::table) || at(Keyword::tables)) {
            advance();
            s->targets = table_list();
        }
    } else if (index) {
        advance();
        if (accept(Keyword::into)) advance();  // LOAD INDEX INTO CACHE
        auto targets = list_of<TableName>();
        if (is_name_token(token())) targets.push(table_name());
        for (const TableName& target : targets.span()) note_table(target);
        s->targets = targets.span();
    }
    s->tail.begin = begin();
    skip_to_end();
    s->tail.end = end();
    return s;
}

}  // namespace leasehold::router
