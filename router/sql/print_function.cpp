#include "router/sql/printer_impl.h"

namespace leasehold::router {

void Printer::cast(const CastExpr& e) {
    put(e.form == CastForm::cast ? "CAST(" : "CONVERT(");
    expr(*e.value);
    if (e.form == CastForm::convert) put(",");
    if (e.form == CastForm::convert_using) put(" USING");
    word(e.target);
    put(")");
}

void Printer::match(const MatchExpr& e) {
    put(e.parentheses ? "MATCH (" : "MATCH ");
    exprs(e.columns);
    put(e.parentheses ? ") AGAINST (" : " AGAINST (");
    expr(*e.against, Precedence::bit_or);
    word(e.modifier);
    put(")");
}

void Printer::default_expr(const DefaultExpr& e) {
    switch (e.form) {
        case DefaultForm::default_:
            return put("DEFAULT");
        case DefaultForm::ignore:
            return put("IGNORE");
        case DefaultForm::default_of:
            put("DEFAULT(");
            break;
        case DefaultForm::values_of:
            put("VALUES(");
            break;
    }
    expr(*e.column);
    put(")");
}

void Printer::function(const FunctionExpr& e) {
    if (!e.schema.empty()) {
        name(e.schema);
        put(".");
    }
    function_name(e.name);
    if (e.form == FunctionForm::no_parentheses) return;
    if (e.form == FunctionForm::next_value) {
        put(" VALUE FOR ");
        return expr(*e.arguments.front());
    }
    put(e.space_before_paren ? " (" : "(");
    function_arguments(e);
    put(")");
    if (e.within_group) {
        put(" WITHIN GROUP (ORDER BY ");
        order_items(e.order_by);
        put(")");
    }
    word(e.nulls);
    if (e.over != nullptr) over(*e.over);
}

void Printer::function_arguments(const FunctionExpr& e) {
    if (e.form == FunctionForm::opaque) return put(e.raw);
    if (e.distinct) put("DISTINCT ");
    switch (e.form) {
        case FunctionForm::extract:
            put(e.keyword);
            put(" FROM ");
            return exprs(e.arguments);
        case FunctionForm::trim:
            return trim(e);
        case FunctionForm::substring_from:
            expr(*e.arguments[0]);
            put(" FROM ");
            expr(*e.arguments[1]);
            if (e.arguments.size() > 2) {
                put(" FOR ");
                expr(*e.arguments[2]);
            }
            return;
        case FunctionForm::position_in:
            expr(*e.arguments[0], Precedence::bit_or);
            put(" IN ");
            return expr(*e.arguments[1]);
        case FunctionForm::unit_first:
            put(e.keyword);
            put(", ");
            return exprs(e.arguments);
        default:
            break;
    }
    exprs(e.arguments);
    if (e.form == FunctionForm::using_charset) put(" USING");
    if (e.form == FunctionForm::as_type) put(" AS");
    word(e.keyword);
    if (!e.order_by.empty() && !e.within_group) {
        put(" ORDER BY ");
        order_items(e.order_by);
    }
    if (e.separator != nullptr) {
        put(" SEPARATOR ");
        expr(*e.separator);
    }
    if (!e.limit.empty()) {
        put(" LIMIT ");
        exprs(e.limit);
    }
}

void Printer::trim(const FunctionExpr& e) {
    put(e.keyword);
    if (e.arguments.size() > 1) {
        if (!e.keyword.empty()) put(" ");
        expr(*e.arguments[1]);
    }
    if (!e.keyword.empty() || e.arguments.size() > 1) put(" FROM ");
    expr(*e.arguments[0]);
}

void Printer::over(const Window& w) {
    put(" OVER ");
    if (w.reference) return name(w.name);
    window(w);
}

void Printer::window(const Window& w) {
    put("(");
    if (!w.base.empty()) name(w.base);
    if (!w.partition_by.empty()) {
        word("PARTITION BY ");
        exprs(w.partition_by);
    }
    if (!w.order_by.empty()) {
        word("ORDER BY ");
        order_items(w.order_by);
    }
    word(w.frame);
    put(")");
}

}  // namespace leasehold::router
