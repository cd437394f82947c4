// Operators, by precedence climbing.
#include <algorithm>

#include "router/sql/parser_impl.h"

namespace leasehold::router {
namespace {

// Tokens that are one binary operator and nothing else; comparisons are apart, because ANY and ALL may
// follow.
struct OperatorToken {
    TokenKind kind;
    BinaryOp op;
};
constexpr OperatorToken operator_tokens[] = {
    {TokenKind::plus, BinaryOp::add},
    {TokenKind::minus, BinaryOp::subtract},
    {TokenKind::star, BinaryOp::multiply},
    {TokenKind::slash, BinaryOp::divide},
    {TokenKind::percent, BinaryOp::modulo},
    {TokenKind::pipe, BinaryOp::bit_or},
    {TokenKind::ampersand, BinaryOp::bit_and},
    {TokenKind::shift_left, BinaryOp::shift_left},
    {TokenKind::shift_right, BinaryOp::shift_right},
    {TokenKind::caret, BinaryOp::bit_xor},
};
constexpr OperatorToken comparison_tokens[] = {
    {TokenKind::equal, BinaryOp::equal},
    {TokenKind::null_safe_equal, BinaryOp::null_safe_equal},
    {TokenKind::not_equal, BinaryOp::not_equal},
    {TokenKind::less, BinaryOp::less},
    {TokenKind::less_equal, BinaryOp::less_equal},
    {TokenKind::greater, BinaryOp::greater},
    {TokenKind::greater_equal, BinaryOp::greater_equal},
};

template <std::size_t N>
const OperatorToken* find(const OperatorToken (&table)[N], TokenKind kind) {
    const auto* found =
        std::find_if(table, table + N, [kind](const OperatorToken& t) { return t.kind == kind; });
    return found == table + N ? nullptr : found;
}

bool is_predicate_word(Keyword keyword) {
    switch (keyword) {
        case Keyword::in:
        case Keyword::between:
        case Keyword::like:
        case Keyword::regexp:
        case Keyword::rlike:
            return true;
        default:
            return false;
    }
}

}  // namespace

Expr* Parser::expr(Precedence min) {
    const Nest nest(*this);
    const std::uint32_t from = begin();
    Expr* const result = climb(prefix(), from, min);
    height_ = std::max(height_, result->height);
    return result;
}

Expr* Parser::prefix() {
    switch (token().kind) {
        case TokenKind::minus:
            return unary(UnaryOp::minus, Precedence::unary);
        case TokenKind::plus:
            return unary(UnaryOp::plus, Precedence::unary);
        case TokenKind::tilde:
            return unary(UnaryOp::bit_not, Precedence::unary);
        case TokenKind::bang:
            return unary(UnaryOp::bang, Precedence::bang);
        case TokenKind::word:
            if (at(Keyword::not_)) return unary(UnaryOp::not_, Precedence::not_);
            if (at(Keyword::binary)) return unary(UnaryOp::binary, Precedence::unary);
            break;
        default:
            break;
    }
    return primary();
}

Expr* Parser::unary(UnaryOp op, Precedence operand) {
    auto* node = make_at<UnaryExpr>(begin());
    advance();
    node->op = op;
    node->operand = expr(operand);
    return done(node);
}

// Finishes a node whose left child was made earlier in the same Nest.
template <typename T>
T* Parser::grown(T* node, const Expr* left) {
    node->range.end = end();
    const unsigned height = std::max<unsigned>(height_, left->height) + 1u;
    if (height > max_height_) fail_deep();
    node->height = static_cast<std::uint16_t>(std::min<unsigned>(height, max_height_));
    return node;
}

Expr* Parser::climb(Expr* left, std::uint32_t from, Precedence min) {
    // What `left` is: nothing that binds tighter can still take it as its operand. An assignment is an
    // operand.
    Precedence level = Precedence::primary;
    const auto allows = [min, &level](Precedence p) { return p >= min && p <= level; };
    if (left->kind == ExprKind::unary && left->range.begin == from) level = precedence_of(*left);
    while (!failed_) {
        height_ = 0;  // the right operands' own; `left` knows its height
        const TokenKind kind = token().kind;
        Expr* node = nullptr;
        if (const auto* arithmetic = find(operator_tokens, kind)) {
            const Precedence p = precedence_of(arithmetic->op);
            if (allows(p)) node = binary(left, from, arithmetic->op, tighter(p));
        } else if (const auto* comparing = find(comparison_tokens, kind)) {
            if (allows(Precedence::comparison)) node = comparison(left, from, comparing->op);
        } else if (kind == TokenKind::or_or && list_.mode.pipes_as_concat) {
            if (allows(Precedence::concat)) node = binary(left, from, BinaryOp::concat, Precedence::unary);
        } else if (kind == TokenKind::or_or || at(Keyword::or_)) {
            if (allows(Precedence::or_)) node = logical(left, from, LogicalOp::or_, Precedence::xor_);
        } else if (kind == TokenKind::and_and || at(Keyword::and_)) {
            if (allows(Precedence::and_)) node = logical(left, from, LogicalOp::and_, Precedence::not_);
        } else if (kind == TokenKind::word) {
            switch (word()) {
                case Keyword::xor_:
                    if (allows(Precedence::xor_))
                        node = logical(left, from, LogicalOp::xor_, Precedence::and_);
                    break;
                case Keyword::div:
                case Keyword::mod:
                    if (allows(Precedence::multiplicative)) {
                        const BinaryOp op = at(Keyword::div) ? BinaryOp::int_divide : BinaryOp::modulo;
                        node = binary(left, from, op, tighter(Precedence::multiplicative));
                    }
                    break;
                case Keyword::is:
                    if (allows(Precedence::comparison)) node = is(left, from);
                    break;
                case Keyword::collate:
                    if (allows(Precedence::collate)) node = collate(left, from);
                    break;
                case Keyword::between:
                    if (allows(Precedence::between)) node = between(left, from, false);
                    break;
                case Keyword::not_:
                    if (allows(word(1) == Keyword::between ? Precedence::between : Precedence::predicate)) {
                        node = predicate(left, from);
                    }
                    break;
                default:
                    if (allows(Precedence::predicate)) node = predicate(left, from);
                    break;
            }
        }
        if (node == nullptr) break;
        left = node;
        // MariaDB compares the result of IS TRUE, too.
        level = node->kind == ExprKind::is ? Precedence::comparison : precedence_of(*node);
    }
    return left;
}

bool Parser::accept_logical(LogicalOp op) {
    switch (op) {
        case LogicalOp::or_:
            return accept(Keyword::or_) || (!list_.mode.pipes_as_concat && accept(TokenKind::or_or));
        case LogicalOp::and_:
            return accept(Keyword::and_) || accept(TokenKind::and_and);
        case LogicalOp::xor_:
            return accept(Keyword::xor_);
    }
    return false;
}

Expr* Parser::logical(Expr* left, std::uint32_t from, LogicalOp op, Precedence operand) {
    auto* node = make_at<LogicalExpr>(from);
    node->op = op;
    auto operands = list_of<Expr*>();
    operands.push(left);
    while (accept_logical(op)) operands.push(expr(operand));
    node->operands = operands.span();
    return grown(node, left);
}

Expr* Parser::binary(Expr* left, std::uint32_t from, BinaryOp op, Precedence operand) {
    auto* node = make_at<BinaryExpr>(from);
    advance();
    node->op = op;
    node->left = left;
    node->right = expr(operand);
    return grown(node, left);
}

Expr* Parser::comparison(Expr* left, std::uint32_t from, BinaryOp op) {
    const Keyword behind = word(1);
    const bool quantified = (behind == Keyword::any || behind == Keyword::some || behind == Keyword::all) &&
                            token(2).kind == TokenKind::left_paren;
    if (!quantified) return binary(left, from, op, Precedence::between);
    auto* node = make_at<QuantifiedExpr>(from);
    advance();
    node->op = op;
    node->left = left;
    node->all = at(Keyword::all);
    advance();
    expect(TokenKind::left_paren);
    node->query = query();
    expect(TokenKind::right_paren);
    return grown(node, left);
}

// [NOT] IN, BETWEEN, LIKE, REGEXP; SOUNDS LIKE; MEMBER OF. Null when no predicate stands here.
Expr* Parser::predicate(Expr* left, std::uint32_t from) {
    if (at(Keyword::sounds) && word(1) == Keyword::like) {
        advance();
        return binary(left, from, BinaryOp::sounds_like, Precedence::bit_or);
    }
    if (at(Keyword::member) && (word(1) == Keyword::of || token(1).kind == TokenKind::left_paren)) {
        auto* node = make_at<BinaryExpr>(from);
        advance();
        accept(Keyword::of);
        node->op = BinaryOp::member_of;
        node->left = left;
        expect(TokenKind::left_paren);
        node->right = expr();
        expect(TokenKind::right_paren);
        return grown(node, left);
    }
    const bool negated = at(Keyword::not_) && is_predicate_word(word(1));
    const Keyword operation = negated ? word(1) : word();
    if (!is_predicate_word(operation)) return nullptr;
    if (negated) advance();
    switch (operation) {
        case Keyword::in:
            return in(left, from, negated);
        case Keyword::between:
            return between(left, from, negated);
        case Keyword::like:
            return like(left, from, negated);
        default:
            return regexp(left, from, negated ? BinaryOp::not_regexp : BinaryOp::regexp);
    }
}

// The right side of LIKE and REGEXP. In MariaDB a NOT IN b belongs to it where a IN b does not.
Expr* Parser::pattern() {
    const Nest nest(*this);
    const std::uint32_t from = begin();
    Expr* result = expr(Precedence::bit_or);
    while (!failed_ && at(Keyword::not_) && is_predicate_word(word(1))) result = predicate(result, from);
    height_ = std::max(height_, result->height);
    return result;
}

Expr* Parser::regexp(Expr* left, std::uint32_t from, BinaryOp op) {
    auto* node = make_at<BinaryExpr>(from);
    advance();
    node->op = op;
    node->left = left;
    node->right = pattern();
    return grown(node, left);
}

Expr* Parser::like(Expr* left, std::uint32_t from, bool negated) {
    auto* node = make_at<LikeExpr>(from);
    advance();
    node->negated = negated;
    node->value = left;
    node->pattern = pattern();
    if (accept(Keyword::escape)) node->escape = expr(Precedence::bit_or);
    return grown(node, left);
}

Expr* Parser::between(Expr* left, std::uint32_t from, bool negated) {
    auto* node = make_at<BetweenExpr>(from);
    advance();
    node->negated = negated;
    node->value = left;
    node->low = expr(Precedence::between);
    expect(Keyword::and_);
    node->high = expr(Precedence::between);
    return grown(node, left);
}

Expr* Parser::in(Expr* left, std::uint32_t from, bool negated) {
    auto* node = make_at<InExpr>(from);
    advance();
    node->negated = negated;
    node->value = left;
    const std::uint32_t open = begin();
    expect(TokenKind::left_paren);
    const Content content = paren_content();
    expect(TokenKind::right_paren);
    node->query = content.query;
    node->list = content.list;
    node->list_range = range_from(open);
    return grown(node, left);
}

Expr* Parser::is(Expr* left, std::uint32_t from) {
    auto* node = make_at<IsExpr>(from);
    advance();
    node->negated = accept(Keyword::not_);
    node->value = left;
    switch (word()) {
        case Keyword::null:
            node->what = IsWhat::null;
            break;
        case Keyword::true_:
            node->what = IsWhat::true_;
            break;
        case Keyword::false_:
            node->what = IsWhat::false_;
            break;
        case Keyword::unknown:
            node->what = IsWhat::unknown;
            break;
        default:
            fail();
            break;
    }
    advance();
    return grown(node, left);
}

Expr* Parser::collate(Expr* left, std::uint32_t from) {
    auto* node = make_at<CollateExpr>(from);
    advance();
    node->value = left;
    if (at(Keyword::binary)) {
        node->collation = name_of(token());
        advance();
    } else {
        node->collation = name_or_string();
    }
    return grown(node, left);
}

}  // namespace leasehold::router
