#include "router/merge_names.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "router/ast_walk.h"
#include "router/sql/fold.h"
#include "router/sql/printer.h"

namespace leasehold::router {

namespace {

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::any_of(names, [&](std::string_view known) { return equal_folded(known, name); });
}

// Functions whose result is an integer, a decimal or a double, whatever their arguments are.
constexpr std::array<std::string_view, 75> numeric_functions{
    "abs",         "acos",         "ascii",
    "asin",        "atan",         "atan2",
    "avg",         "bit_and",      "bit_count",
    "bit_length",  "bit_or",       "bit_xor",
    "ceil",        "ceiling",      "char_length",
    "cos",         "cot",          "count",
    "crc32",       "datediff",     "dayofmonth",
    "dayofweek",   "dayofyear",    "degrees",
    "exp",         "extract",      "field",
    "find_in_set", "floor",        "hour",
    "instr",       "isnull",       "json_depth",
    "json_length", "json_valid",   "character_length",
    "length",      "ln",           "locate",
    "log",         "log10",        "log2",
    "microsecond", "minute",       "mod",
    "month",       "octet_length", "ord",
    "position",    "pow",          "power",
    "quarter",     "radians",      "rand",
    "round",       "row_number",   "second",
    "sign",        "sin",          "sqrt",
    "std",         "stddev",       "strcmp",
    "sum",         "tan",          "timestampdiff",
    "time_to_sec", "to_days",      "truncate",
    "week",        "weekday",      "weekofyear",
    "year",        "yearweek",     "unix_timestamp",
};

constexpr std::array<std::string_view, 14> changing_functions{
    "rand",     "uuid",         "uuid_short",      "uuid_v4", "uuid_v7", "sysdate",        "sleep",
    "sys_guid", "random_bytes", "gen_random_uuid", "nextval", "lastval", "last_insert_id", "row_count",
};

const Name& alias_of(const SelectItem& item) {
    return item.alias;
}

// The column that an item is, when it is one under its own name.
const ColumnExpr* plain_column(const SelectItem& item) {
    const auto* column = item.expr->as<ColumnExpr>();
    if (column == nullptr) return nullptr;
    const Name& alias = alias_of(item);
    return alias.empty() || equal_folded(alias.text, column->column.text) ? column : nullptr;
}

// Whether an unqualified name below the expression is also the alias of something else.
bool uses_alias(const Expr& expr, const SelectCore& select) {
    bool found = false;
    if (const auto* column = expr.as<ColumnExpr>(); column != nullptr && column->table.empty()) {
        for (const SelectItem& item : select.items) {
            const Name& alias = alias_of(item);
            if (alias.empty() || !equal_folded(alias.text, column->column.text)) continue;
            const ColumnExpr* plain = plain_column(item);
            if (plain == nullptr) found = true;
        }
    }
    visit_children(
        expr, [&](const Expr& child) { found = found || uses_alias(child, select); }, [](const Query&) {});
    return found;
}

// The literals below an expression, in the order of the tree; nothing: there are parameters or queries.
std::optional<std::vector<std::uint32_t>> literals_of(const Expr& expr) {
    std::vector<std::uint32_t> found;
    bool known = expr.kind != ExprKind::parameter;
    if (const auto* literal = expr.as<LiteralExpr>(); literal && literal->index != LiteralExpr::no_index) {
        for (std::uint32_t piece = 0; piece < literal->pieces; ++piece)
            found.push_back(literal->index + piece);
    }
    visit_children(
        expr,
        [&](const Expr& child) {
            const std::optional<std::vector<std::uint32_t>> below = literals_of(child);
            known = known && below;
            if (below) found.insert(found.end(), below->begin(), below->end());
        },
        [&](const Query&) { known = false; });
    if (!known) return std::nullopt;
    return found;
}

std::optional<Meant> at_position(const LiteralExpr& literal, const SelectCore& select) {
    std::uint32_t position = 0;
    const auto [end, problem] =
        std::from_chars(literal.text.data(), literal.text.data() + literal.text.size(), position);
    if (problem != std::errc() || position < 1 || position > select.items.size()) return std::nullopt;
    const auto before = select.items.first(position);
    if (std::ranges::any_of(before, [](const SelectItem& item) { return item.expr->kind == ExprKind::star; }))
        return std::nullopt;
    return Meant{before.back().expr, position - 1};
}

// A constant or a position.
std::optional<std::optional<Meant>> literal_meant(const OrderItem& item, const SelectCore& select) {
    const Expr& expr = *item.expr;
    if (const auto* literal = expr.as<LiteralExpr>()) {
        if (literal->literal == LiteralKind::integer) {
            // Plans are told apart by positions, but not by those in parentheses.
            if (item.range.begin != expr.range.begin) return std::optional<Meant>();
            return at_position(*literal, select);
        }
        return std::optional(Meant{});
    }
    if (expr.kind == ExprKind::parameter) return std::optional(Meant{});
    return std::nullopt;
}

std::optional<Meant> meant_expression(const Expr& expr, const SelectCore& select, TextMatcher& matcher) {
    if (!is_repeatable(expr) && !is_number(expr)) return std::nullopt;
    if (uses_alias(expr, select)) return std::nullopt;
    return Meant{&expr, matcher.find(expr, select)};
}

}  // namespace

bool TextMatcher::same(const Expr& a, const Expr& b) {
    if (const auto* left = a.as<ColumnExpr>()) {
        const auto* right = b.as<ColumnExpr>();
        return right != nullptr && equal_folded(left->column.text, right->column.text) &&
               left->table.text == right->table.text && left->schema.text == right->schema.text;
    }
    if (&a == &b) return true;
    if (a.kind != b.kind || print(a) != print(b)) return false;
    const std::optional<std::vector<std::uint32_t>> left = literals_of(a);
    const std::optional<std::vector<std::uint32_t>> right = literals_of(b);
    if (!left || !right || left->size() != right->size()) return false;
    for (std::size_t i = 0; i < left->size() && !prepared_; ++i)
        literals_.emplace_back((*left)[i], (*right)[i]);
    return true;
}

std::optional<std::uint32_t> TextMatcher::find(const Expr& expr, const SelectCore& select) {
    for (std::uint32_t i = 0; i < select.items.size(); ++i) {
        if (same(*select.items[i].expr, expr)) return i;
    }
    return std::nullopt;
}

bool is_constant(const Expr& expr) {
    if (const auto* unary = expr.as<UnaryExpr>()) {
        return (unary->op == UnaryOp::minus || unary->op == UnaryOp::plus) && is_constant(*unary->operand);
    }
    return expr.kind == ExprKind::literal || expr.kind == ExprKind::parameter;
}

bool is_number(const Expr& expr) {
    switch (expr.kind) {
        case ExprKind::unary:
            return expr.as<UnaryExpr>()->op != UnaryOp::binary && expr.as<UnaryExpr>()->op != UnaryOp::plus;
        case ExprKind::binary: {
            const auto& e = *expr.as<BinaryExpr>();
            const bool dates = e.left->kind == ExprKind::interval || e.right->kind == ExprKind::interval;
            return !dates && e.op < BinaryOp::bit_or;  // bits of binary strings are strings
        }
        case ExprKind::logical:
        case ExprKind::like:
        case ExprKind::between:
        case ExprKind::in:
        case ExprKind::is:
        case ExprKind::match:
            return true;
        case ExprKind::function: {
            const auto& e = *expr.as<FunctionExpr>();
            return e.schema.empty() && is_one_of(numeric_functions, e.name.text);
        }
        default:
            return false;
    }
}

bool is_repeatable(const Expr& expr) {
    if (expr.kind == ExprKind::assign || expr.kind == ExprKind::user_variable) return false;
    if (const auto* function = expr.as<FunctionExpr>()) {
        if (!function->schema.empty() || function->over != nullptr) return false;
        if (function->form == FunctionForm::next_value) return false;
        if (is_one_of(changing_functions, function->name.text)) return false;
    }
    bool repeatable = true;
    visit_children(
        expr, [&](const Expr& child) { repeatable = repeatable && is_repeatable(child); },
        [&](const Query&) { repeatable = false; });
    return repeatable;
}

std::optional<Meant> meant_by_order(const OrderItem& item, const SelectCore& select, TextMatcher& matcher) {
    const Expr& expr = *item.expr;
    if (const auto literal = literal_meant(item, select)) return *literal;
    const auto* column = expr.as<ColumnExpr>();
    if (column == nullptr) return meant_expression(expr, select, matcher);
    std::optional<std::uint32_t> found;
    for (std::uint32_t i = 0; i < select.items.size() && column->table.empty(); ++i) {
        const SelectItem& candidate = select.items[i];
        const Name& alias = alias_of(candidate);
        const auto* plain = candidate.expr->as<ColumnExpr>();
        const std::string_view name = !alias.empty() ? alias.text : plain ? plain->column.text : "";
        if (name.empty() || !equal_folded(name, column->column.text)) continue;
        if (found && !matcher.same(*select.items[*found].expr, *candidate.expr)) return std::nullopt;
        found = i;
    }
    if (found) {
        const Expr& chosen = *select.items[*found].expr;
        if (is_constant(chosen)) return Meant{};
        return Meant{&chosen, found};
    }
    return Meant{&expr, matcher.find(expr, select)};
}

std::optional<Meant> meant_by_group(const OrderItem& item, const SelectCore& select, const Analysis& analysis,
                                    std::uint32_t scope, TextMatcher& matcher) {
    const Expr& expr = *item.expr;
    if (const auto literal = literal_meant(item, select)) return *literal;
    const auto* column = expr.as<ColumnExpr>();
    if (column == nullptr) return meant_expression(expr, select, matcher);
    if (!column->table.empty() || !uses_alias(expr, select)) return Meant{&expr, matcher.find(expr, select)};
    // A column of the tables comes before an alias: the columns have to be known.
    const std::string name = to_lower(column->column.text);
    for (const Source& source : analysis.scopes[scope].sources) {
        if (!source.instance || !source.columns_known) return std::nullopt;
        if (analysis.instances[*source.instance].table->names_column(name))
            return Meant{&expr, matcher.find(expr, select)};
    }
    std::optional<std::uint32_t> found;
    for (std::uint32_t i = 0; i < select.items.size(); ++i) {
        if (!equal_folded(alias_of(select.items[i]).text, name)) continue;
        if (found) return std::nullopt;
        found = i;
    }
    if (!found) return std::nullopt;
    return Meant{select.items[*found].expr, found};
}

}  // namespace leasehold::router
