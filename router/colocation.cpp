#include "router/colocation.h"

#include <algorithm>

#include "router/ast_walk.h"
#include "router/merge_names.h"
#include "router/sql/fold.h"

namespace leasehold::router {

bool Colocation::keeps_together(const Expr& expr) const {
    const auto* column = expr.as<ColumnExpr>();
    if (column == nullptr) return false;
    const std::optional<InstanceColumn> found = analysis_.resolve(scope_, *column);
    if (!found) return false;
    const TableInstance& instance = analysis_.instances[found->instance];
    const SchemaTable& table = *instance.table;
    if (instance.scope != scope_ || table.type == TableType::reference || table.vindexes.empty())
        return false;
    // Filled up with NULLs by an outer join, the same NULL stands on every shard.
    if (analysis_.scopes[scope_].sources[instance.source].nullable) return false;
    const TableVindex& primary = table.vindexes.front();
    return primary.vindex != nullptr && primary.vindex->unique() && primary.columns.size() == 1 &&
           primary.columns.front() == found->name;
}

bool Colocation::keeps_together(std::span<const OrderItem> group_by) const {
    TextMatcher matcher(false);  // only columns count
    return std::ranges::any_of(group_by, [&](const OrderItem& item) {
        const std::optional<Meant> meant = meant_by_group(item, select_, analysis_, scope_, matcher);
        return meant && meant->expr != nullptr && keeps_together(*meant->expr);
    });
}

bool Colocation::has_whole_windows(std::span<const OrderItem> order_by) const {
    return std::ranges::all_of(select_.items,
                               [&](const SelectItem& item) { return whole_windows(*item.expr); }) &&
           std::ranges::all_of(order_by, [&](const OrderItem& item) { return whole_windows(*item.expr); });
}

bool Colocation::whole_windows(const Expr& expr) const {
    const auto* function = expr.as<FunctionExpr>();
    if (function != nullptr && function->over != nullptr && !whole(*function->over)) return false;
    bool all = true;
    visit_children(
        expr, [&](const Expr& child) { all = all && whole_windows(child); }, [](const Query&) {});
    return all;
}

bool Colocation::whole(const Window& window) const {
    const bool together =
        std::ranges::any_of(window.partition_by, [&](const Expr* by) { return keeps_together(*by); });
    if (together) return true;
    const Name& base = window.reference ? window.name : window.base;
    if (base.empty()) return false;
    const auto named = std::ranges::find_if(
        select_.windows, [&](const Window& w) { return equal_folded(w.name.text, base.text); });
    // A definition that builds on another one is not followed: servers allow any order of them.
    return named != select_.windows.end() && named->base.empty() && whole(*named);
}

}  // namespace leasehold::router
