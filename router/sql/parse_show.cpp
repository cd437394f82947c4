// SHOW: what is asked for, of which database or table, and which pattern.
#include "router/sql/parser_impl.h"

namespace leasehold::router {
namespace {

using K = Keyword;
using W = ShowWhat;

// SHOW's subjects that one or two words name; for the others the grammar has clauses of its own.
struct Subject {
    Keyword first;
    Keyword second;
    ShowWhat what;
};
constexpr Subject subjects[] = {
    {K::databases, K::none, W::databases},
    {K::schemas, K::none, W::databases},
    {K::table, K::status, W::table_status},
    {K::open, K::tables, W::open_tables},
    {K::tables, K::none, W::tables},
    {K::triggers, K::none, W::triggers},
    {K::events, K::none, W::events},
    {K::variables, K::none, W::variables},
    {K::status, K::none, W::status},
    {K::warnings, K::none, W::warnings},
    {K::errors, K::none, W::errors},
    {K::processlist, K::none, W::processlist},
    {K::storage, K::engines, W::engines},
    {K::engines, K::none, W::engines},
    {K::plugins, K::none, W::plugins},
    {K::privileges, K::none, W::privileges},
    {K::grants, K::none, W::grants},
    {K::character, K::set, W::charset},
    {K::charset, K::none, W::charset},
    {K::collation, K::none, W::collation},
    {K::procedure, K::status, W::procedure_status},
    {K::function, K::status, W::function_status},
    {K::profiles, K::none, W::profiles},
    {K::profile, K::none, W::profiles},
    {K::engine, K::none, W::engine_status},
    {K::replica, K::status, W::replica_status},
    {K::slave, K::status, W::replica_status},
    {K::all, K::replicas, W::replica_status},
    {K::all, K::slaves, W::replica_status},
    {K::binary, K::none, W::binary_logs},
    {K::binlog, K::none, W::binary_logs},
    {K::master, K::none, W::binary_logs},
    {K::keyspaces, K::none, W::keyspaces},
    {K::vitess_shards, K::none, W::vitess_shards},
    {K::vitess_tablets, K::none, W::vitess_tablets},
    {K::vitess_target, K::none, W::vitess_target},
    {K::vschema, K::tables, W::vschema_tables},
    {K::vschema, K::vindexes, W::vschema_vindexes},
    {K::vschema, K::keyspaces, W::vschema_keyspaces},
};

}  // namespace

Statement* Parser::show() {
    auto* s = make<ShowStatement>();
    advance();
    show_what(*s);
    // Options that the proxy has no use for.
    if (!failed_) skip_to_end();
    return s;
}

void Parser::show_what(ShowStatement& s) {
    for (;; advance()) {
        if (at(K::full)) {
            s.full = true;
        } else if (at(K::extended)) {
            s.extended = true;
        } else if (at(K::global)) {
            s.global = true;
        } else if (!at(K::session) && !at(K::local)) {
            break;
        }
    }
    if (at(K::create)) return show_create(s);
    if (at(K::count) && token(1).kind == TokenKind::left_paren) {
        for (int i = 0; i < 4; ++i) advance();  // COUNT ( * )
        s.what = at(K::errors) ? W::count_errors : W::count_warnings;
        return;
    }
    switch (word()) {
        case K::columns:
        case K::fields:
            s.what = W::columns;
            break;
        case K::index:
        case K::indexes:
        case K::keys:
            s.what = W::index;
            break;
        default:
            if (!show_simple(s)) return;
            show_from(s);
            return show_filter(s);
    }
    // {FROM | IN} table [{FROM | IN} database]
    advance();
    if (!accept(K::from)) expect(K::in);
    s.table = table_name();
    note_table(s.table);
    show_from(s);
    if (!s.schema.empty()) s.table.schema = s.schema;
    show_filter(s);
}

bool Parser::show_simple(ShowStatement& s) {
    for (const Subject& subject : subjects) {
        if (subject.first != word() || (subject.second != K::none && subject.second != word(1))) continue;
        s.what = subject.what;
        advance();
        if (subject.second != K::none) advance();
        return true;
    }
    return false;
}

void Parser::show_from(ShowStatement& s) {
    const bool takes_database = s.what == W::tables || s.what == W::table_status ||
                                s.what == W::open_tables || s.what == W::triggers || s.what == W::events ||
                                s.what == W::columns || s.what == W::index;
    if (takes_database && (accept(K::from) || accept(K::in))) s.schema = name();
}

// LIKE 'pattern' | WHERE condition; LIMIT of SHOW WARNINGS.
void Parser::show_filter(ShowStatement& s) {
    if (at(K::like) && token(1).kind == TokenKind::string) {
        advance();
        s.like = literal()->as<LiteralExpr>();
    } else if (accept(K::where)) {
        s.where = expr();
    }
    s.limit = limit();
}

void Parser::show_create(ShowStatement& s) {
    advance();
    if (at(K::table) || at(K::view)) {
        s.what = at(K::table) ? W::create_table : W::create_view;
        advance();
        s.table = table_name();
        note_table(s.table);
        return;
    }
    const bool database = at(K::database) || at(K::schema);
    s.what = database ? W::create_database : W::create_other;
    advance();
    if (accept(K::if_)) {
        expect(K::not_);
        expect(K::exists);
    }
    s.name.begin = begin();
    if (database) {
        s.schema = name();
    } else {
        skip_to_end();
    }
    s.name.end = end();
}

}  // namespace leasehold::router
