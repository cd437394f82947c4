// Which conditions a shard can check for a gather.
#include <algorithm>
#include <array>

#include "router/analysis.h"
#include "router/ast_walk.h"
#include "router/sql/fold.h"

namespace leasehold::router {

namespace {

// Functions of their arguments alone (dev.mysql.com "Built-In Function and Operator Reference").
constexpr std::array<std::string_view, 62> plain_functions{
    "abs",      "ascii",       "bin",        "bit_length", "ceil",         "ceiling",      "char_length",
    "coalesce", "concat",      "concat_ws",  "crc32",      "date",         "date_add",     "date_sub",
    "datediff", "day",         "dayofmonth", "dayofweek",  "dayofyear",    "elt",          "extract",
    "field",    "find_in_set", "floor",      "greatest",   "hex",          "hour",         "if",
    "ifnull",   "instr",       "interval",   "isnull",     "json_extract", "json_unquote", "json_value",
    "least",    "left",        "length",     "locate",     "lower",        "lcase",        "ltrim",
    "mid",      "minute",      "mod",        "month",      "nullif",       "quarter",      "repeat",
    "replace",  "reverse",     "right",      "round",      "rtrim",        "second",       "sign",
    "substr",   "substring",   "trim",       "upper",      "ucase",        "year",
};

bool is_plain(const Expr& expr) {
    switch (expr.kind) {
        case ExprKind::literal:
        case ExprKind::parameter:
        case ExprKind::column:
        case ExprKind::unary:
        case ExprKind::binary:
        case ExprKind::logical:
        case ExprKind::like:
        case ExprKind::between:
        case ExprKind::is:
        case ExprKind::row:
        case ExprKind::case_:
        case ExprKind::cast:
        case ExprKind::interval:
        case ExprKind::collate:
            return true;
        case ExprKind::in:
            return expr.as<InExpr>()->query == nullptr;
        case ExprKind::function: {
            const auto& function = *expr.as<FunctionExpr>();
            return function.schema.empty() && function.over == nullptr && !function.distinct &&
                   std::ranges::any_of(plain_functions, [&](std::string_view name) {
                       return equal_folded(name, function.name.text);
                   });
        }
        default:
            return false;
    }
}

bool collect(const Expr& expr, std::vector<const ColumnExpr*>& columns) {
    if (!is_plain(expr)) return false;
    if (const auto* column = expr.as<ColumnExpr>()) columns.push_back(column);
    bool plain = true;
    visit_children(
        expr, [&](const Expr& child) { plain = plain && collect(child, columns); },
        [&](const Query&) { plain = false; });
    return plain;
}

}  // namespace

std::optional<std::vector<const ColumnExpr*>> columns_of_plain_condition(const Expr& expr) {
    std::vector<const ColumnExpr*> columns;
    if (!collect(expr, columns) || columns.empty()) return std::nullopt;
    return columns;
}

void Analyzer::filter(const Expr& expr, std::uint32_t scope, Part targets) {
    const std::optional<std::vector<const ColumnExpr*>> columns = columns_of_plain_condition(expr);
    if (!columns) return;
    std::optional<std::uint32_t> instance;
    for (const ColumnExpr* column : *columns) {
        const std::optional<InstanceColumn> resolved = analysis_.resolve(scope, *column);
        if (!resolved || (instance && *instance != resolved->instance)) return;
        if (!targeted(*resolved, scope, targets)) return;
        instance = resolved->instance;
    }
    // Rows filled up with NULLs may fulfil it; without the row that it drops there would be more of them.
    const TableInstance& found = analysis_.instances[*instance];
    if (analysis_.scopes[scope].sources[found.source].nullable) return;
    analysis_.filters.push_back({*instance, &expr});
}

}  // namespace leasehold::router
