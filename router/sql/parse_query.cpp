// Queries around their SELECTs: WITH, set operations, ORDER BY, LIMIT, locking, INTO.
#include <algorithm>

#include "router/sql/parser_impl.h"

namespace leasehold::router {

// VALUES(column) is a function, VALUES ROW(...) and VALUES (1), (2) are queries; where both may stand, what
// is between the parentheses decides.
bool Parser::starts_query(bool values_is_query) const {
    switch (word()) {
        case Keyword::select:
        case Keyword::with:
            return true;
        case Keyword::table:
            return is_name_token(token(1));
        case Keyword::values: {
            if (word(1) == Keyword::row || values_is_query) return true;
            if (token(1).kind != TokenKind::left_paren) return false;
            std::size_t ahead = 2;
            while (is_name_token(token(ahead)) && token(ahead + 1).kind == TokenKind::dot) ahead += 2;
            return !(is_name(token(ahead).kind) && token(ahead + 1).kind == TokenKind::right_paren);
        }
        default:
            return false;
    }
}

// Behind a query in parentheses: whether it is the first part of a larger one.
bool Parser::continues_query() const {
    switch (word()) {
        case Keyword::union_:
        case Keyword::except:
        case Keyword::intersect:
        case Keyword::order:
        case Keyword::limit:
        case Keyword::fetch:
        case Keyword::for_:
        case Keyword::lock:
        case Keyword::into:
            return true;
        case Keyword::offset:
            return !at_bare_alias();
        default:
            return false;
    }
}

Query* Parser::query() {
    const Nest nest(*this);
    auto* q = make_at<Query>(begin());
    if (at(Keyword::with)) q->with = with();
    return finish_query(q, query_primary());
}

Query* Parser::query_from(QueryBody* first, std::uint32_t from) {
    return finish_query(make_at<Query>(from), first);
}

Query* Parser::finish_query(Query* q, QueryBody* first) {
    q->body = query_body(first);
    if (const auto* core = q->body->as<SelectCore>()) q->into = core->into;
    if (at(Keyword::order)) {
        advance();
        expect(Keyword::by);
        const std::uint32_t list_begin = begin();
        q->order_by = order_list();
        q->order_by_range = range_from(list_begin);
    }
    q->limit = limit();
    if (at(Keyword::into)) q->into = into();
    q->locking = locking(*q);
    if (at(Keyword::into)) q->into = into();
    q->range.end = end();
    q->height = static_cast<std::uint16_t>(height_ + 1);
    height_ = q->height;
    return q;
}

QueryBody* Parser::query_body(QueryBody* first) {
    const std::uint32_t from = first->range.begin;
    first = intersection(first);
    auto operands = list_of<SetOperand>();
    while (at(Keyword::union_) || at(Keyword::except)) {
        if (operands.empty()) operands.push({SetOp::union_, SetQuantifier::unspecified, first});
        SetOperand operand;
        operand.op = at(Keyword::union_) ? SetOp::union_ : SetOp::except;
        advance();
        if (accept(Keyword::all)) {
            operand.quantifier = SetQuantifier::all;
        } else if (accept(Keyword::distinct)) {
            operand.quantifier = SetQuantifier::distinct;
        }
        operand.body = intersection(query_primary());
        operands.push(operand);
    }
    if (operands.empty()) return first;
    auto* node = make_at<SetOperation>(from);
    node->operands = operands.span();
    node->range.end = end();
    return node;
}

QueryBody* Parser::intersection(QueryBody* first) {
    if (!at(Keyword::intersect)) return first;
    auto* node = make_at<SetOperation>(first->range.begin);
    auto operands = list_of<SetOperand>();
    operands.push({SetOp::intersect, SetQuantifier::unspecified, first});
    while (accept(Keyword::intersect)) {
        SetOperand operand;
        operand.op = SetOp::intersect;
        if (accept(Keyword::all)) {
            operand.quantifier = SetQuantifier::all;
        } else if (accept(Keyword::distinct)) {
            operand.quantifier = SetQuantifier::distinct;
        }
        operand.body = query_primary();
        operands.push(operand);
    }
    node->operands = operands.span();
    node->range.end = end();
    return node;
}

QueryBody* Parser::query_primary() {
    switch (word()) {
        case Keyword::select:
            return select_core();
        case Keyword::values:
            return values_core();
        case Keyword::table:
            return table_core();
        default:
            break;
    }
    const std::uint32_t from = begin();
    expect(TokenKind::left_paren);
    if (failed_) return make_at<NestedQuery>(from);
    Query* const inner = query();
    expect(TokenKind::right_paren);
    return nested(inner, from);
}

QueryBody* Parser::nested(Query* q, std::uint32_t from) {
    auto* node = make_at<NestedQuery>(from);
    node->query = q;
    node->range.end = end();
    return node;
}

With* Parser::with() {
    auto* node = make_at<With>(begin());
    advance();
    node->recursive = accept(Keyword::recursive);
    auto tables = list_of<CommonTable>();
    do {
        CommonTable table;
        table.range.begin = begin();
        table.name = name();
        if (at(TokenKind::left_paren)) table.columns = name_list();
        expect(Keyword::as);
        expect(TokenKind::left_paren);
        table.query = query();
        expect(TokenKind::right_paren);
        const std::size_t cycle = position_;
        if (accept(Keyword::cycle)) {
            while (!at(Keyword::restrict) && !at_end()) advance();
            expect(Keyword::restrict);
        }
        table.cycle = raw_from(cycle);
        table.range.end = end();
        tables.push(table);
    } while (accept(TokenKind::comma));
    node->tables = tables.span();
    node->range.end = end();
    return node;
}

Limit* Parser::limit() {
    const bool offset_first = at(Keyword::offset) && !at_bare_alias();
    if (!at(Keyword::limit) && !offset_first && !at(Keyword::fetch)) return nullptr;
    auto* node = make_at<Limit>(begin());
    if (accept(Keyword::limit)) {
        if (!at(Keyword::rows)) node->count = expr(Precedence::primary);
        if (accept(TokenKind::comma)) {
            node->offset = node->count;
            node->count = expr(Precedence::primary);
        } else if (accept(Keyword::offset)) {
            node->offset = expr(Precedence::primary);
        }
        if (at(Keyword::rows) && word(1) == Keyword::examined) {
            advance();
            advance();
            node->rows_examined = expr(Precedence::primary);
        }
    } else {
        node->fetch = true;
        if (accept(Keyword::offset)) {
            node->offset = expr(Precedence::primary);
            if (!accept(Keyword::rows)) accept(Keyword::row);
        }
        if (accept(Keyword::fetch)) {
            node->fetches = true;
            if (!accept(Keyword::first)) expect(Keyword::next);
            if (!at(Keyword::row) && !at(Keyword::rows)) node->count = expr(Precedence::primary);
            if (!accept(Keyword::rows)) expect(Keyword::row);
            node->with_ties = at(Keyword::with);
            if (accept(Keyword::with)) {
                expect(Keyword::ties);
            } else {
                expect(Keyword::only);
            }
        }
    }
    node->range.end = end();
    return node;
}

// FOR UPDATE | FOR SHARE [OF t, ...] [NOWAIT | SKIP LOCKED | WAIT n], LOCK IN SHARE MODE; repeated.
std::span<Locking> Parser::locking(Query& q) {
    auto clauses = list_of<Locking>();
    for (;;) {
        Locking clause;
        clause.range.begin = begin();
        if (at(Keyword::lock) && word(1) == Keyword::in) {
            advance();
            advance();
            expect(Keyword::share);
            expect(Keyword::mode);
            clause.strength = LockStrength::share_mode;
        } else if (at(Keyword::for_) && (word(1) == Keyword::update || word(1) == Keyword::share)) {
            advance();
            clause.strength = at(Keyword::update) ? LockStrength::update : LockStrength::share;
            advance();
            if (accept(Keyword::of)) {
                auto tables = list_of<TableName>();
                do {
                    tables.push(table_name());
                } while (accept(TokenKind::comma));
                clause.of = tables.span();
            }
        } else {
            return clauses.span();
        }
        if (accept(Keyword::nowait)) {
            clause.wait = LockWait::nowait;
        } else if (accept(Keyword::skip)) {
            expect(Keyword::locked);
            clause.wait = LockWait::skip_locked;
        } else if (accept(Keyword::wait)) {
            clause.wait = LockWait::wait_seconds;
            clause.seconds = expr(Precedence::primary);
        }
        clause.range.end = end();
        clauses.push(clause);
        if (at(Keyword::into) && q.into == nullptr) q.into = into();
    }
}

}  // namespace leasehold::router
