// Transactions, savepoints, XA, LOCK TABLES, FLUSH.
#include "router/sql/parser_impl.h"

namespace leasehold::router {

Statement* Parser::transaction(StatementKind kind) {
    auto* s = make<TransactionStatement>();
    switch (kind) {
        case StatementKind::begin:
            s->start_form = at(Keyword::start);
            advance();
            if (!s->start_form) {
                accept(Keyword::work);
                break;
            }
            advance();
            transaction_characteristics(*s);
            break;
        case StatementKind::commit:
        case StatementKind::rollback:
            s->verb = kind == StatementKind::commit ? TransactionVerb::commit : TransactionVerb::rollback;
            transaction_completion(*s);
            break;
        case StatementKind::savepoint:
            s->verb = TransactionVerb::savepoint;
            advance();
            s->savepoint = name();
            break;
        case StatementKind::release_savepoint:
            s->verb = TransactionVerb::release_savepoint;
            advance();
            expect(Keyword::savepoint);
            s->savepoint = name();
            break;
        default:
            s->verb = TransactionVerb::rollback_to_savepoint;
            advance();
            accept(Keyword::work);
            expect(Keyword::to);
            accept(Keyword::savepoint);
            s->savepoint = name();
            break;
    }
    return s;
}

// [WITH CONSISTENT SNAPSHOT | READ ONLY | READ WRITE] [, ...], not both of the last two
void Parser::transaction_characteristics(TransactionStatement& s) {
    s.options = {begin(), begin()};
    if (!at(TokenKind::word)) return;
    bool read_write = false;
    do {
        if (accept(Keyword::with)) {
            advance();  // CONSISTENT
            expect(Keyword::snapshot);
            s.consistent_snapshot = true;
        } else {
            expect(Keyword::read);
            if (accept(Keyword::only)) {
                s.read_only = true;
            } else {
                expect(Keyword::write);
                read_write = true;
            }
        }
    } while (accept(TokenKind::comma));
    if (s.read_only && read_write) fail();
    if (end() > s.options.begin) s.options.end = end();
}

// [WORK] [AND [NO] CHAIN] [[NO] RELEASE], but not both: a session that has left begins nothing.
void Parser::transaction_completion(TransactionStatement& s) {
    advance();
    accept(Keyword::work);
    if (accept(Keyword::and_)) {
        s.chain = accept(Keyword::no) ? Tristate::no : Tristate::yes;
        expect(Keyword::chain);
    }
    if (at(Keyword::no) || at(Keyword::release)) {
        s.release = accept(Keyword::no) ? Tristate::no : Tristate::yes;
        expect(Keyword::release);
    }
    if (s.chain == Tristate::yes && s.release == Tristate::yes) fail();
}

Statement* Parser::xa() {
    auto* s = make<XaStatement>();
    advance();
    switch (word()) {
        case Keyword::start:
        case Keyword::begin:
            s->verb = XaVerb::start;
            break;
        case Keyword::end:
            s->verb = XaVerb::end;
            break;
        case Keyword::prepare:
            s->verb = XaVerb::prepare;
            break;
        case Keyword::commit:
            s->verb = XaVerb::commit;
            break;
        case Keyword::rollback:
            s->verb = XaVerb::rollback;
            break;
        case Keyword::recover:
            s->verb = XaVerb::recover;
            break;
        default:
            fail();
            break;
    }
    advance();
    s->tail.begin = begin();
    skip_to_end();
    s->tail.end = end();
    return s;
}

// LOCK {TABLE | TABLES} t [[AS] a] {READ [LOCAL] | [LOW_PRIORITY] WRITE}, ... [WAIT n | NOWAIT]
Statement* Parser::lock_tables() {
    auto* s = make<LockTablesStatement>();
    advance();
    advance();
    auto locks = list_of<LockedTable>();
    do {
        LockedTable item;
        item.table = table_name();
        note_table(item.table);
        if (accept(Keyword::as)) {
            item.alias = name_or_string();
        } else if (is_name_token(token())) {
            item.alias = name();
        }
        if (accept(Keyword::read)) {
            item.lock = accept(Keyword::local) ? TableLock::read_local : TableLock::read;
        } else {
            item.lock = accept(Keyword::low_priority) ? TableLock::low_priority_write : TableLock::write;
            expect(Keyword::write);
            if (accept(Keyword::concurrent)) item.lock = TableLock::write_concurrent;
        }
        locks.push(item);
    } while (accept(TokenKind::comma));
    s->locks = locks.span();
    if (accept(Keyword::wait)) s->wait_seconds = expr(Precedence::primary);
    s->nowait = accept(Keyword::nowait);
    return s;
}

Statement* Parser::unlock_tables() {
    auto* s = make<LockTablesStatement>();
    advance();
    advance();
    return s;
}

Statement* Parser::flush() {
    auto* s = make<FlushStatement>();
    advance();
    s->tail.begin = begin();
    if (!accept(Keyword::local)) accept(Keyword::no_write_to_binlog);
    if (at(Keyword::table) || at(Keyword::tables)) {
        advance();
        s->tables_form = true;
        if (is_name_token(token())) s->targets = table_list();
        if (at(Keyword::with) && word(1) == Keyword::read) {
            advance();
            advance();
            expect(Keyword::lock);
            s->with_read_lock = true;
        } else if (at(Keyword::for_) && word(1) == Keyword::export_) {
            advance();
            advance();
            s->for_export = true;
        }
    }
    skip_to_end();
    s->tail.end = end();
    return s;
}

std::span<TableName> Parser::table_list() {
    auto list = list_of<TableName>();
    do {
        const TableName table = table_name();
        note_table(table);
        list.push(table);
    } while (accept(TokenKind::comma));
    return list.span();
}

}  // namespace leasehold::router
