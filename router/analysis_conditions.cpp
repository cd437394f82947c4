// What conditions say: which columns equal values, which equal each other, and whose rows that restricts.
#include <algorithm>

#include "router/analysis.h"
#include "router/sql/fold.h"

namespace leasehold::router {

namespace {

// A FROM clause with more tables than any server joins is not worth resolving.
constexpr std::size_t max_sources = 256;

}  // namespace

std::optional<InstanceColumn> Analysis::resolve(std::uint32_t scope_index, const ColumnExpr& column) const {
    const std::string name = to_lower(column.column.text);
    for (std::optional<std::uint32_t> at = scope_index; at; at = scopes[*at].parent) {
        const Scope& scope = scopes[*at];
        if (scope.sources.size() > max_sources) return std::nullopt;
        if (!column.table.empty()) {
            const auto source = std::ranges::find(scope.sources, column.table.text, &Source::alias);
            if (source == scope.sources.end()) continue;
            if (!source->instance) return std::nullopt;
            return InstanceColumn{*source->instance, name};
        }
        std::vector<const Source*> named;
        bool others_known = true;
        for (const Source& source : scope.sources) {
            if (source.instance && instances[*source.instance].table->names_column(name)) {
                named.push_back(&source);
            } else {
                others_known = others_known && source.columns_known;
            }
        }
        // A name without its table stands in one table only, else the servers refuse it. USING makes one of
        // several.
        const bool merged = std::ranges::find(scope.using_columns, name) != scope.using_columns.end();
        if (named.size() == 1 || (named.size() > 1 && merged))
            return InstanceColumn{*named.front()->instance, name};
        if (named.size() > 1) return std::nullopt;
        if (others_known) continue;  // none of these tables has it: it is an outer query's
        if (scope.sources.size() == 1 && scope.sources[0].instance)
            return InstanceColumn{*scope.sources[0].instance, name};
        return std::nullopt;
    }
    return std::nullopt;
}

ColumnId Analyzer::id_of(const InstanceColumn& column) {
    const auto [found, added] = column_ids_.try_emplace({column.instance, column.name},
                                                        static_cast<ColumnId>(analysis_.columns.size()));
    if (added) analysis_.columns.push_back(column);
    return found->second;
}

bool Analyzer::targeted(const InstanceColumn& column, std::uint32_t scope, Part targets) const {
    const TableInstance& instance = analysis_.instances[column.instance];
    return instance.scope == scope && instance.source >= targets.first && instance.source < targets.last;
}

void Analyzer::condition(const Expr& expr, std::uint32_t scope, Part targets) {
    const auto* conjunction = expr.as<LogicalExpr>();
    const bool splits = conjunction != nullptr && conjunction->op == LogicalOp::and_;
    if (lookup_.all_keyspaces != nullptr && !splits) filter(expr, scope, targets);
    if (const auto* logical = expr.as<LogicalExpr>()) {
        if (logical->op == LogicalOp::and_) {
            for (const Expr* operand : logical->operands) condition(*operand, scope, targets);
        } else if (logical->op == LogicalOp::or_) {
            any_of(*logical, scope, targets);
        }
    } else if (const auto* binary = expr.as<BinaryExpr>()) {
        if (binary->op == BinaryOp::equal) equality(*binary->left, *binary->right, false, scope, targets);
        if (binary->op == BinaryOp::null_safe_equal)
            equality(*binary->left, *binary->right, true, scope, targets);
    } else if (const auto* in = expr.as<InExpr>()) {
        if (!in->negated && in->query == nullptr) in_list(*in, scope, targets);
    }
}

void Analyzer::equality(const Expr& left, const Expr& right, bool null_safe, std::uint32_t scope,
                        Part targets) {
    const auto* left_row = left.as<RowExpr>();
    const auto* right_row = right.as<RowExpr>();
    if (left_row != nullptr && right_row != nullptr &&
        left_row->elements.size() == right_row->elements.size()) {
        for (std::size_t i = 0; i < left_row->elements.size(); ++i) {
            equality(*left_row->elements[i], *right_row->elements[i], null_safe, scope, targets);
        }
        return;
    }
    const auto column_of = [&](const Expr& expr) -> std::optional<InstanceColumn> {
        const auto* column = expr.as<ColumnExpr>();
        return column == nullptr ? std::nullopt : analysis_.resolve(scope, *column);
    };
    const std::optional<InstanceColumn> a = column_of(left);
    const std::optional<InstanceColumn> b = column_of(right);
    if (a && b) {
        if (null_safe) return;
        const ColumnId a_id = id_of(*a);
        const ColumnId b_id = id_of(*b);
        if (targeted(*b, scope, targets)) analysis_.links.push_back({a_id, b_id});
        if (targeted(*a, scope, targets)) analysis_.links.push_back({b_id, a_id});
        return;
    }
    const auto fix = [&](const std::optional<InstanceColumn>& column, const Expr& value) {
        if (!column) return;
        if (const std::optional<ValueRef> ref = value_of(value)) {
            restrict(*column, {0, false, null_safe, {*ref}, nullptr}, scope, targets);
        }
    };
    fix(a, right);
    fix(b, left);
}

// (a, b) IN ((1, 2), (3, 4)): a is in (1, 3) and b in (2, 4), lists that cannot be split.
void Analyzer::in_rows(const InExpr& in, const RowExpr& columns, std::uint32_t scope, Part targets) {
    for (std::size_t i = 0; i < columns.elements.size(); ++i) {
        const auto* column = columns.elements[i]->as<ColumnExpr>();
        if (column == nullptr) continue;
        const std::optional<InstanceColumn> resolved = analysis_.resolve(scope, *column);
        if (!resolved || !targeted(*resolved, scope, targets)) continue;
        Restriction restriction{0, true, false, {}, nullptr};
        for (const Expr* element : in.list) {
            const auto* row = element->as<RowExpr>();
            if (row == nullptr || row->elements.size() != columns.elements.size()) return;
            const std::optional<ValueRef> ref = value_of(*row->elements[i]);
            if (!ref) break;
            restriction.values.push_back(*ref);
        }
        if (restriction.values.size() == in.list.size())
            restrict(*resolved, std::move(restriction), scope, targets);
    }
}

void Analyzer::in_list(const InExpr& in, std::uint32_t scope, Part targets) {
    if (const auto* row = in.value->as<RowExpr>(); row != nullptr && !in.list.empty())
        return in_rows(in, *row, scope, targets);
    const auto* column = in.value->as<ColumnExpr>();
    if (column == nullptr || in.list.empty()) return;
    const std::optional<InstanceColumn> resolved = analysis_.resolve(scope, *column);
    if (!resolved || !targeted(*resolved, scope, targets)) return;
    Restriction restriction{0, true, false, {}, &in};
    restriction.values.reserve(in.list.size());
    for (const Expr* element : in.list) {
        const std::optional<ValueRef> ref = value_of(*element);
        if (!ref) return;
        restriction.values.push_back(*ref);
    }
    restrict(*resolved, std::move(restriction), scope, targets);
}

// a = 1 OR a = 2: a list that cannot be split.
void Analyzer::any_of(const LogicalExpr& either, std::uint32_t scope, Part targets) {
    Restriction restriction{0, true, false, {}, nullptr};
    std::optional<InstanceColumn> common;
    for (const Expr* operand : either.operands) {
        const auto* binary = operand->as<BinaryExpr>();
        if (binary == nullptr || binary->op != BinaryOp::equal) return;
        const bool column_left = binary->left->kind == ExprKind::column;
        const auto* column = (column_left ? binary->left : binary->right)->as<ColumnExpr>();
        if (column == nullptr) return;
        const std::optional<InstanceColumn> resolved = analysis_.resolve(scope, *column);
        const std::optional<ValueRef> ref = value_of(column_left ? *binary->right : *binary->left);
        if (!resolved || !ref) return;
        if (common && (common->instance != resolved->instance || common->name != resolved->name)) return;
        common = resolved;
        restriction.values.push_back(*ref);
    }
    if (common) restrict(*common, std::move(restriction), scope, targets);
}

void Analyzer::restrict(const InstanceColumn& column, Restriction restriction, std::uint32_t scope,
                        Part targets) {
    if (!targeted(column, scope, targets)) return;
    const TableInstance& instance = analysis_.instances[column.instance];
    // Rows filled up with NULLs pass `<=> NULL`, so it does not restrict their table.
    if (restriction.null_safe && analysis_.scopes[scope].sources[instance.source].nullable) return;
    restriction.column = id_of(column);
    analysis_.restrictions.push_back(std::move(restriction));
}

std::optional<std::uint32_t> Analyzer::using_owner(const TableRef& table, Part part, std::string_view column,
                                                   std::uint32_t scope) const {
    if (part.last - part.first == 1) return analysis_.scopes[scope].sources[part.first].instance;
    // The column of `a JOIN b USING (x)` is a's.
    const auto* join = table.as<JoinTable>();
    if (join == nullptr || join->join == JoinKind::right) return std::nullopt;
    const bool joined_by_it = std::ranges::any_of(
        join->using_columns, [&](const Name& name) { return equal_folded(name.text, column); });
    if (!joined_by_it) return std::nullopt;
    return using_owner(*join->left, {part.first, part.first + 1, false}, column, scope);
}

void Analyzer::join_using(const JoinTable& join, std::uint32_t scope, Part left, Part right, Part targets) {
    for (const Name& name : join.using_columns) {
        const std::string column = to_lower(name.text);
        const std::optional<std::uint32_t> left_owner = using_owner(*join.left, left, column, scope);
        const std::optional<std::uint32_t> right_owner = using_owner(*join.right, right, column, scope);
        if (join.join != JoinKind::right) analysis_.scopes[scope].using_columns.push_back(column);
        if (!left_owner || !right_owner) continue;
        const InstanceColumn a{*left_owner, column};
        const InstanceColumn b{*right_owner, column};
        if (targeted(b, scope, targets)) analysis_.links.push_back({id_of(a), id_of(b)});
        if (targeted(a, scope, targets)) analysis_.links.push_back({id_of(b), id_of(a)});
    }
}

std::optional<ValueRef> Analyzer::value_of(const Expr& expr) {
    return analysis_.constants.ref_to(expr, tree_, lookup_.prepared);
}

}  // namespace leasehold::router
