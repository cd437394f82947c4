// How tightly operators bind, loosest first (dev.mysql.com "Operator Precedence"; the parser's levels are
// those of MySQL's grammar, where LIKE, IN and BETWEEN bind tighter than comparisons).
#pragma once

#include <cstdint>

#include "router/sql/ast_expr.h"

namespace leasehold::router {

enum class Precedence : std::uint8_t {
    lowest,  // also @x := value
    or_,     // OR, and || without PIPES_AS_CONCAT
    xor_,
    and_,  // AND, &&
    not_,
    truth,       // IS TRUE, IS FALSE, IS UNKNOWN
    comparison,  // = <=> <> < <= > >= IS NULL
    between,     // BETWEEN, which MariaDB lets other predicates stand in
    predicate,   // IN, LIKE, REGEXP, SOUNDS LIKE, MEMBER OF
    bit_or,
    bit_and,
    shift,
    additive,
    multiplicative,  // * / DIV % MOD
    bit_xor,
    concat,  // || with PIPES_AS_CONCAT
    unary,   // - + ~ BINARY
    bang,    // !
    collate,
    primary,
};

constexpr Precedence tighter(Precedence p) {
    return p == Precedence::primary ? p : static_cast<Precedence>(static_cast<std::uint8_t>(p) + 1);
}

constexpr Precedence precedence_of(BinaryOp op) {
    switch (op) {
        case BinaryOp::equal:
        case BinaryOp::null_safe_equal:
        case BinaryOp::not_equal:
        case BinaryOp::less:
        case BinaryOp::less_equal:
        case BinaryOp::greater:
        case BinaryOp::greater_equal:
            return Precedence::comparison;
        case BinaryOp::regexp:
        case BinaryOp::not_regexp:
        case BinaryOp::sounds_like:
        case BinaryOp::member_of:
            return Precedence::predicate;
        case BinaryOp::bit_or:
            return Precedence::bit_or;
        case BinaryOp::bit_and:
            return Precedence::bit_and;
        case BinaryOp::shift_left:
        case BinaryOp::shift_right:
            return Precedence::shift;
        case BinaryOp::add:
        case BinaryOp::subtract:
            return Precedence::additive;
        case BinaryOp::multiply:
        case BinaryOp::divide:
        case BinaryOp::int_divide:
        case BinaryOp::modulo:
            return Precedence::multiplicative;
        case BinaryOp::bit_xor:
            return Precedence::bit_xor;
        case BinaryOp::concat:
            return Precedence::concat;
        case BinaryOp::json_extract:
        case BinaryOp::json_unquote:
            return Precedence::primary;
    }
    return Precedence::primary;
}

constexpr Precedence precedence_of(LogicalOp op) {
    switch (op) {
        case LogicalOp::or_:
            return Precedence::or_;
        case LogicalOp::xor_:
            return Precedence::xor_;
        case LogicalOp::and_:
            return Precedence::and_;
    }
    return Precedence::or_;
}

// Of a whole node: how tightly it holds together as an operand.
constexpr Precedence precedence_of(const Expr& e) {
    switch (e.kind) {
        case ExprKind::assign:
            return Precedence::lowest;
        case ExprKind::unary:
            switch (e.as<UnaryExpr>()->op) {
                case UnaryOp::not_:
                    return Precedence::not_;
                case UnaryOp::bang:
                    return Precedence::bang;
                default:
                    return Precedence::unary;
            }
        case ExprKind::binary:
            return precedence_of(e.as<BinaryExpr>()->op);
        case ExprKind::logical:
            return precedence_of(e.as<LogicalExpr>()->op);
        case ExprKind::between:
            return Precedence::between;
        case ExprKind::like:
        case ExprKind::in:
            return Precedence::predicate;
        case ExprKind::is:
            return e.as<IsExpr>()->what == IsWhat::null ? Precedence::comparison : Precedence::truth;
        case ExprKind::quantified:
            return Precedence::comparison;
        case ExprKind::collate:
            return Precedence::collate;
        default:
            return Precedence::primary;
    }
}

}  // namespace leasehold::router
