// One step down a syntax tree, for code that looks at every expression or query below a node. Recursion over
// a tree is bounded: the parser limits its height.
#pragma once

#include "router/sql/ast.h"

namespace leasehold::router {

namespace detail {

template <typename OnExpr>
void visit_items(std::span<const OrderItem> items, const OnExpr& on_expr) {
    for (const OrderItem& item : items) on_expr(*item.expr);
}

template <typename OnExpr>
void visit_window(const Window& window, const OnExpr& on_expr) {
    for (const Expr* expr : window.partition_by) on_expr(*expr);
    visit_items<OnExpr>(window.order_by, on_expr);
}

}  // namespace detail

// Calls on_expr(const Expr&) for each expression directly below, on_query(const Query&) for each query.
template <typename OnExpr, typename OnQuery>
void visit_children(const Expr& expr, const OnExpr& on_expr, const OnQuery& on_query) {
    const auto each = [&](const auto& list) {
        for (const Expr* child : list) on_expr(*child);
    };
    const auto maybe = [&](const Expr* child) {
        if (child != nullptr) on_expr(*child);
    };
    const auto query = [&](const Query* child) {
        if (child != nullptr) on_query(*child);
    };
    switch (expr.kind) {
        case ExprKind::literal:
        case ExprKind::parameter:
        case ExprKind::column:
        case ExprKind::star:
        case ExprKind::user_variable:
        case ExprKind::system_variable:
            return;
        case ExprKind::assign: {
            const auto& e = *expr.as<AssignExpr>();
            maybe(e.target);
            return maybe(e.value);
        }
        case ExprKind::unary:
            return maybe(expr.as<UnaryExpr>()->operand);
        case ExprKind::binary: {
            const auto& e = *expr.as<BinaryExpr>();
            maybe(e.left);
            return maybe(e.right);
        }
        case ExprKind::logical:
            return each(expr.as<LogicalExpr>()->operands);
        case ExprKind::like: {
            const auto& e = *expr.as<LikeExpr>();
            maybe(e.value);
            maybe(e.pattern);
            return maybe(e.escape);
        }
        case ExprKind::between: {
            const auto& e = *expr.as<BetweenExpr>();
            maybe(e.value);
            maybe(e.low);
            return maybe(e.high);
        }
        case ExprKind::in: {
            const auto& e = *expr.as<InExpr>();
            maybe(e.value);
            each(e.list);
            return query(e.query);
        }
        case ExprKind::is:
            return maybe(expr.as<IsExpr>()->value);
        case ExprKind::row:
            return each(expr.as<RowExpr>()->elements);
        case ExprKind::function: {
            const auto& e = *expr.as<FunctionExpr>();
            each(e.arguments);
            detail::visit_items<OnExpr>(e.order_by, on_expr);
            maybe(e.separator);
            each(e.limit);
            if (e.over != nullptr) detail::visit_window(*e.over, on_expr);
            return;
        }
        case ExprKind::case_: {
            const auto& e = *expr.as<CaseExpr>();
            maybe(e.operand);
            for (const WhenClause& when : e.whens) {
                maybe(when.condition);
                maybe(when.result);
            }
            return maybe(e.otherwise);
        }
        case ExprKind::cast:
            return maybe(expr.as<CastExpr>()->value);
        case ExprKind::interval:
            return maybe(expr.as<IntervalExpr>()->value);
        case ExprKind::match: {
            const auto& e = *expr.as<MatchExpr>();
            each(e.columns);
            return maybe(e.against);
        }
        case ExprKind::subquery:
            return query(expr.as<SubqueryExpr>()->query);
        case ExprKind::quantified: {
            const auto& e = *expr.as<QuantifiedExpr>();
            maybe(e.left);
            return query(e.query);
        }
        case ExprKind::collate:
            return maybe(expr.as<CollateExpr>()->value);
        case ExprKind::default_:
            return maybe(expr.as<DefaultExpr>()->column);
        case ExprKind::odbc:
            return maybe(expr.as<OdbcExpr>()->value);
    }
}

// Every expression of a SELECT that is evaluated in its own scope, FROM's conditions left out.
template <typename OnExpr>
void visit_select_exprs(const SelectCore& select, const OnExpr& on_expr) {
    const auto maybe = [&](const Expr* expr) {
        if (expr != nullptr) on_expr(*expr);
    };
    for (const SelectItem& item : select.items) maybe(item.expr);
    maybe(select.where);
    detail::visit_items<OnExpr>(select.group_by, on_expr);
    maybe(select.having);
    for (const Window& window : select.windows) detail::visit_window(window, on_expr);
    maybe(select.qualify);
}

}  // namespace leasehold::router
