// What stands in FROM: tables, derived tables, joins.
#include <algorithm>

#include "router/sql/fold.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {

std::span<TableRef*> Parser::table_references() {
    auto list = list_of<TableRef*>();
    do {
        list.push(table_reference());
    } while (accept(TokenKind::comma));
    return list.span();
}

TableRef* Parser::table_reference() {
    const Nest nest(*this);
    TableRef* const result = join_chain(table_factor());
    height_ = std::max(height_, result->height);
    return result;
}

// Joins associate to the left, except that a join waits for the condition that is its own: in
// a JOIN b JOIN c ON x ON y the second join has x, the first y.
TableRef* Parser::join_chain(TableRef* first) {
    auto pending = list_of<PendingJoin>();
    TableRef* current = first;
    while (!failed_) {
        const bool condition =
            (at(Keyword::on) && word(1) != Keyword::duplicate) || (at(Keyword::using_) && !pending.empty());
        if (condition && !pending.empty()) {
            const PendingJoin join = pending.back();
            pending.pop();
            if (accept(Keyword::on)) {
                join.join->on = expr();
            } else {
                advance();
                join.join->using_columns = name_list();
            }
            current = joined(join, current);
            continue;
        }
        JoinTable* const join = join_operator();
        if (join == nullptr) break;
        TableRef* const right = table_factor();
        if (join->natural) {
            current = joined({current, join}, right);
        } else {
            pending.push({current, join});
            current = right;
        }
    }
    // Joins left without a condition: cross joins.
    for (; !pending.empty() && !failed_; pending.pop()) {
        const PendingJoin join = pending.back();
        if (join.join->join == JoinKind::left || join.join->join == JoinKind::right) {
            fail();
            break;
        }
        current = fold_cross(join, current);
    }
    return current;
}

// Behind it stands the right table. Null when no join operator stands here.
JoinTable* Parser::join_operator() {
    const Keyword after_natural = at(Keyword::natural) ? word(1) : word();
    switch (after_natural) {
        case Keyword::join:
        case Keyword::inner:
        case Keyword::cross:
        case Keyword::straight_join:
        case Keyword::left:
        case Keyword::right:
            break;
        default:
            return nullptr;
    }
    auto* join = make<JoinTable>();
    join->natural = accept(Keyword::natural);
    if (accept(Keyword::straight_join)) {
        join->join = JoinKind::straight;
        return join;
    }
    if (accept(Keyword::cross)) {
        join->join = JoinKind::cross;
    } else if (at(Keyword::left) || at(Keyword::right)) {
        join->join = at(Keyword::left) ? JoinKind::left : JoinKind::right;
        advance();
        accept(Keyword::outer);
    } else {
        accept(Keyword::inner);
    }
    expect(Keyword::join);
    return join;
}

TableRef* Parser::joined(const PendingJoin& pending, TableRef* right) {
    JoinTable* const join = pending.join;
    join->left = pending.left;
    join->right = right;
    join->range = {pending.left->range.begin, end()};
    const unsigned height = std::max({pending.left->height, right->height, height_}) + 1u;
    if (height > max_height_) fail_deep();
    join->height = static_cast<std::uint16_t>(std::min<unsigned>(height, max_height_));
    return join;
}

// a JOIN b LEFT JOIN c ON x means (a JOIN b) LEFT JOIN c ON x: the cross join goes to the leftmost table.
TableRef* Parser::fold_cross(const PendingJoin& pending, TableRef* right) {
    auto* outer = right->as<JoinTable>();
    if (outer == nullptr) return joined(pending, right);
    JoinTable* leftmost = outer;
    while (auto* deeper = leftmost->left->as<JoinTable>()) leftmost = deeper;
    TableRef* const leaf = leftmost->left;
    TableRef* const cross = joined(pending, leaf);
    cross->range.end = leaf->range.end;
    leftmost->left = cross;
    for (JoinTable* join = outer;; join = join->left->as<JoinTable>()) {
        join->range.begin = cross->range.begin;
        if (++join->height > max_height_) fail_deep();
        if (join == leftmost) break;
    }
    return right;
}

TableRef* Parser::table_factor() {
    if (failed_) return make_at<TableFactor>(begin());
    const std::uint32_t from = begin();
    if (at(TokenKind::left_paren)) {
        const TableOrQuery content = paren_table();
        return content.query == nullptr ? content.table : derived(content.query, false, from);
    }
    if (at(Keyword::lateral) && token(1).kind == TokenKind::left_paren) {
        advance();
        advance();
        Query* const q = query();
        expect(TokenKind::right_paren);
        return derived(q, true, from);
    }
    if (at(TokenKind::left_brace) && word(1) == Keyword::oj) {
        advance();
        advance();
        auto* list = make_at<TableList>(from);
        auto tables = list_of<TableRef*>();
        tables.push(table_reference());
        expect(TokenKind::right_brace);
        list->tables = tables.span();
        return done(list);
    }
    if (is_name_token(token()) && token(1).kind == TokenKind::left_paren) return table_function();
    const TableName named = table_name();
    return table_factor(named, from);
}

TableRef* Parser::table_factor(TableName named, std::uint32_t from) {
    auto* node = make_at<TableFactor>(from);
    node->name = named;
    note_table(named);
    if (at(Keyword::partition) && token(1).kind == TokenKind::left_paren) {
        advance();
        node->partitions = name_list();
    }
    const std::size_t for_clause = position_;
    if (at(Keyword::for_) && (word(1) == Keyword::system_time || word(1) == Keyword::portion)) {
        advance();
        if (accept(Keyword::portion)) expect(Keyword::of);
        advance();
        if (accept(Keyword::as)) {
            expect(Keyword::of);
            if (at(Keyword::transaction)) advance();
            expr(Precedence::bit_or);
        } else if (accept(Keyword::between)) {
            expr(Precedence::bit_or);
            expect(Keyword::and_);
            expr(Precedence::bit_or);
        } else if (accept(Keyword::from)) {
            expr(Precedence::bit_or);
            expect(Keyword::to);
            expr(Precedence::bit_or);
        } else {
            expect(Keyword::all);
        }
    }
    node->for_clause = raw_from(for_clause);
    node->alias = alias();
    node->index_hints = index_hints();
    node->range.end = end();
    return node;
}

// {USE | FORCE | IGNORE} {INDEX | KEY} [FOR ...] (names), ...
std::string_view Parser::index_hints() {
    const std::size_t first = position_;
    while ((at(Keyword::use) || at(Keyword::force) || at(Keyword::ignore)) &&
           (word(1) == Keyword::index || word(1) == Keyword::key)) {
        advance();
        advance();
        if (accept(Keyword::for_)) {
            while (at(TokenKind::word)) advance();  // JOIN, ORDER BY, GROUP BY
        }
        expect(TokenKind::left_paren);
        skip_balanced();
        expect(TokenKind::right_paren);
        if (at(TokenKind::comma) &&
            (word(1) == Keyword::use || word(1) == Keyword::force || word(1) == Keyword::ignore)) {
            advance();
        }
    }
    return raw_from(first);
}

TableRef* Parser::derived(Query* q, bool lateral, std::uint32_t from) {
    auto* node = make_at<DerivedTable>(from);
    node->lateral = lateral;
    node->query = q;
    node->alias = alias();
    if (!node->alias.empty() && at(TokenKind::left_paren)) node->columns = name_list();
    return done(node);
}

// ( query ) or ( tables ): ((SELECT 1) UNION (SELECT 2)) and ((SELECT 1) a JOIN t) begin alike.
Parser::TableOrQuery Parser::paren_table() {
    const Nest nest(*this);
    auto* list = make_at<TableList>(begin());
    expect(TokenKind::left_paren);
    TableOrQuery result;
    if (starts_query(true)) {
        result.query = query();
        expect(TokenKind::right_paren);
        return result;
    }
    TableRef* first = nullptr;
    const std::uint32_t from = begin();
    if (at(TokenKind::left_paren)) {
        const TableOrQuery inner = paren_table();
        if (inner.query != nullptr) {
            if (continues_query()) {
                result.query = query_from(nested(inner.query, from), from);
                expect(TokenKind::right_paren);
                return result;
            }
            if (accept(TokenKind::right_paren)) return inner;
        }
        first = join_chain(inner.query == nullptr ? inner.table : derived(inner.query, false, from));
        height_ = std::max(height_, first->height);
    } else {
        first = table_reference();
    }
    auto tables = list_of<TableRef*>();
    tables.push(first);
    while (accept(TokenKind::comma)) tables.push(table_reference());
    expect(TokenKind::right_paren);
    list->tables = tables.span();
    result.table = done(list);
    return result;
}

// JSON_TABLE(...) [AS] alias
TableRef* Parser::table_function() {
    auto* node = make_at<OpaqueTable>(begin());
    const std::size_t first = position_;
    node->function = name();
    expect(TokenKind::left_paren);
    skip_balanced();
    expect(TokenKind::right_paren);
    node->raw = raw_from(first);
    node->alias = alias();
    node->range.end = end();
    return node;
}

}  // namespace leasehold::router
