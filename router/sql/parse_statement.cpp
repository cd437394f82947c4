// Which statement it is, and the small ones.
#include "router/sql/fold.h"
#include "router/sql/kind_of.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {

Statement* Parser::statement() {
    const Nest nest(*this);
    const std::size_t first = position_;
    const StatementKind kind = kind_of(list_.tokens, first);
    Statement* const s = statement_of(kind);
    s->kind = kind;
    s->range = range_from(list_.tokens[first].offset);
    s->text = statement_text(first);
    s->tables = tables_.span();
    return s;
}

Statement* Parser::whole_statement() {
    Statement* const s = statement();
    while (accept(TokenKind::semicolon)) {}
    if (!at(TokenKind::end)) fail();
    return s;
}

Statement* Parser::statement_of(StatementKind kind) {
    if (at(Keyword::set)) return set();
    if (at(Keyword::with)) return with_statement();
    switch (kind) {
        case StatementKind::select:
            return select_statement();
        case StatementKind::insert:
        case StatementKind::replace:
            return insert(kind);
        case StatementKind::update:
            return update(nullptr, begin());
        case StatementKind::delete_:
            return delete_statement(nullptr, begin());
        case StatementKind::load_data:
            return load_data();
        case StatementKind::call:
            return call();
        case StatementKind::ddl:
            return ddl();
        case StatementKind::begin:
        case StatementKind::commit:
        case StatementKind::rollback:
        case StatementKind::savepoint:
        case StatementKind::release_savepoint:
        case StatementKind::rollback_to_savepoint:
            return transaction(kind);
        case StatementKind::use:
            return use();
        case StatementKind::show:
            return show();
        case StatementKind::explain:
        case StatementKind::describe:
            return explain();
        case StatementKind::lock_tables:
            return lock_tables();
        case StatementKind::unlock_tables:
            return unlock_tables();
        case StatementKind::prepare:
            return prepare();
        case StatementKind::execute:
            return execute();
        case StatementKind::deallocate:
            return deallocate();
        case StatementKind::handler:
            return handler();
        case StatementKind::xa:
            return xa();
        case StatementKind::kill:
            return kill();
        case StatementKind::flush:
            return flush();
        case StatementKind::do_:
            return do_statement();
        case StatementKind::admin:
            return admin();
        case StatementKind::other:
            if (at(Keyword::get)) return diagnostics();
            return opaque();
        case StatementKind::set:
        case StatementKind::unknown:
            break;
    }
    fail();
    return make_at<OpaqueStatement>(begin());
}

Statement* Parser::select_statement() {
    auto* s = make<SelectStatement>();
    s->query = query();
    return s;
}

Statement* Parser::with_statement() {
    const std::uint32_t from = begin();
    With* const clause = with();
    if (at(Keyword::update)) return update(clause, from);
    if (at(Keyword::delete_)) return delete_statement(clause, from);
    auto* s = make<SelectStatement>();
    auto* q = make_at<Query>(from);
    q->with = clause;
    s->query = finish_query(q, query_primary());
    return s;
}

Statement* Parser::call() {
    auto* s = make<CallStatement>();
    advance();
    const TableName procedure = table_name();
    s->schema = procedure.schema;
    s->name = procedure.table;
    if (accept(TokenKind::left_paren)) {
        if (!at(TokenKind::right_paren)) s->arguments = expr_list();
        expect(TokenKind::right_paren);
    }
    return s;
}

Statement* Parser::do_statement() {
    auto* s = make<DoStatement>();
    advance();
    s->expressions = expr_list();
    return s;
}

// USE takes one word; what is behind it is left to the server. `ks:-80` and ks@replica are names here.
Statement* Parser::use() {
    auto* s = make<UseStatement>();
    advance();
    const std::size_t first = position_;
    if (at_end()) fail();
    s->target_range.begin = begin();
    s->target =
        at(TokenKind::quoted_identifier) || at(TokenKind::string) ? unquoted(token()) : std::string_view{};
    skip_to_end();
    s->target_range.end = end();
    if (s->target.empty() || position_ != first + 1) s->target = raw_from(first);
    return s;
}

Statement* Parser::kill() {
    auto* s = make<KillStatement>();
    advance();
    s->words.begin = begin();
    s->words.end = begin();
    while (at(Keyword::hard) || at(Keyword::soft) || at(Keyword::connection) || at(Keyword::query) ||
           at(Keyword::user)) {
        const bool query = accept(Keyword::query);
        s->of_user = s->of_user || at(Keyword::user);
        if (!query) advance();
        if (query && at(TokenKind::word) && equal_folded(text_of(token()), "id")) {
            s->query_id = true;
            advance();
        }
        s->query_only = s->query_only || query;
        s->words.end = end();
    }
    if (s->of_user) {
        skip_to_end();
    } else {
        s->id = expr();
    }
    return s;
}

Statement* Parser::load_data() {
    auto* s = make<LoadDataStatement>();
    advance();
    s->xml = at(Keyword::xml);
    advance();
    if (!accept(Keyword::low_priority)) accept(Keyword::concurrent);
    s->local = accept(Keyword::local);
    expect(Keyword::infile);
    s->file = at(TokenKind::parameter) ? parameter() : literal();
    s->replace = accept(Keyword::replace);
    s->ignore = accept(Keyword::ignore);
    expect(Keyword::into);
    expect(Keyword::table);
    s->table = table_name();
    note_table(s->table);
    s->table_range = s->table.range;
    s->tail.begin = begin();
    skip_to_end();
    s->tail.end = end();
    return s;
}

Statement* Parser::diagnostics() {
    auto* s = make<DiagnosticsStatement>();
    advance();
    s->tail.begin = begin();
    skip_to_end();
    s->tail.end = end();
    return s;
}

Statement* Parser::opaque() {
    auto* s = make<OpaqueStatement>();
    skip_to_end();
    return s;
}

}  // namespace leasehold::router
