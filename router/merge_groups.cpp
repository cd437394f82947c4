#include "router/merge_groups.h"

#include <algorithm>
#include <array>
#include <utility>

#include "router/concatenation.h"
#include "router/sql/fold.h"

namespace leasehold::router {

namespace {

struct Combiner {
    std::string_view name;
    Combine combine;
};
// What of several shards is exactly what one server would make. STDDEV and VARIANCE round along the way,
// GROUP_CONCAT and JSON_ARRAYAGG have an order and a length of their own.
constexpr std::array<Combiner, 8> combiners{{{"sum", Combine::sum},
                                             {"count", Combine::count},
                                             {"min", Combine::minimum},
                                             {"max", Combine::maximum},
                                             {"avg", Combine::average},
                                             {"bit_and", Combine::bit_and},
                                             {"bit_or", Combine::bit_or},
                                             {"bit_xor", Combine::bit_xor}}};

BinaryOp turned_round(BinaryOp op) {
    switch (op) {
        case BinaryOp::less:
            return BinaryOp::greater;
        case BinaryOp::less_equal:
            return BinaryOp::greater_equal;
        case BinaryOp::greater:
            return BinaryOp::less;
        case BinaryOp::greater_equal:
            return BinaryOp::less_equal;
        default:
            return op;
    }
}

class GroupPlanner {
  public:
    GroupPlanner(const GroupedSelect& grouped, MergeTextWriter& writer, MergePlan& plan)
        : grouped_(grouped), select_(grouped.select), writer_(writer), plan_(plan) {}

    bool plan() {
        // One row of all has no duplicates; groups that are equal in what is selected may be.
        if (select_.options.distinct && !select_.group_by.empty()) return false;
        plan_.groups = true;
        return groups() && items() && having() && order();
    }

  private:
    struct Group {
        Meant meant;
        bool descending = false;
    };

    bool groups() {
        for (const OrderItem& item : select_.group_by) {
            const std::optional<Meant> meant =
                meant_by_group(item, select_, grouped_.analysis, *grouped_.analysis.top, grouped_.matcher);
            if (!meant) return false;
            if (meant->expr == nullptr) continue;
            groups_.push_back({*meant, item.order == Order::descending});
        }
        return true;
    }

    std::optional<std::size_t> group_of(const Expr& expr, std::optional<std::uint32_t> item) const {
        for (std::size_t i = 0; i < groups_.size(); ++i) {
            const Meant& meant = groups_[i].meant;
            if ((item && meant.item == item) || grouped_.matcher.same(*meant.expr, expr)) return i;
        }
        return std::nullopt;
    }

    bool items() {
        for (std::uint32_t i = 0; i < select_.items.size(); ++i) {
            const Expr& expr = *select_.items[i].expr;
            if (is_constant(expr) || group_of(expr, i)) continue;
            const std::optional<RowColumn> column = writer_.column_of(i);
            if (!column || !add_aggregate(expr, *column)) return false;
        }
        return true;
    }

    // What the shards' parts of it are put together by; nothing: that would not be exact.
    std::optional<Combine> combine_of(const Expr& expr) const {
        const auto* function = expr.as<FunctionExpr>();
        if (function == nullptr || !function->schema.empty() || function->over != nullptr ||
            function->form != FunctionForm::plain || function->arguments.empty() ||
            !function->order_by.empty())
            return std::nullopt;
        const auto* const found = std::ranges::find_if(combiners, [&](const Combiner& combiner) {
            return equal_folded(combiner.name, function->name.text);
        });
        if (found == combiners.end()) return std::nullopt;
        const bool extreme = found->combine == Combine::minimum || found->combine == Combine::maximum;
        if (function->distinct && !extreme) {
            // Each value stands on one shard only.
            const bool apart = found->combine == Combine::count &&
                               std::ranges::any_of(function->arguments, [&](const Expr* argument) {
                                   return grouped_.colocation.keeps_together(*argument);
                               });
            if (!apart) return std::nullopt;
        }
        const bool twice = extreme || found->combine == Combine::average;
        for (const Expr* argument : function->arguments) {
            if (!many_rows_function(*argument).empty()) return std::nullopt;
            if (twice && !is_repeatable(*argument)) return std::nullopt;
        }
        return found->combine;
    }

    bool add_aggregate(const Expr& expr, RowColumn column) {
        const std::optional<Combine> combine = combine_of(expr);
        if (!combine) return false;
        MergeAggregate aggregate{*combine, column, std::nullopt};
        const Expr& argument = *expr.as<FunctionExpr>()->arguments.front();
        if (*combine == Combine::average) {
            aggregate.helper = writer_.hide("SUM(", argument, ")");
            writer_.hide("COUNT(", argument, ")");
        } else if ((*combine == Combine::minimum || *combine == Combine::maximum) && !is_number(argument)) {
            aggregate.helper = writer_.hide_weight(expr);
        }
        plan_.aggregates.push_back(aggregate);
        made_.push_back(&expr);
        return true;
    }

    // The aggregate as a column, hidden when it is not selected.
    const MergeAggregate* aggregate_of(const Expr& expr) {
        for (std::size_t i = 0; i < made_.size(); ++i) {
            if (grouped_.matcher.same(*made_[i], expr)) return &plan_.aggregates[i];
        }
        if (!combine_of(expr)) return nullptr;
        if (!add_aggregate(expr, writer_.hide(expr))) return nullptr;
        return &plan_.aggregates.back();
    }

    bool having() {
        if (select_.having == nullptr) return true;
        writer_.drop_having();
        return condition(*select_.having);
    }

    bool condition(const Expr& expr) {
        if (const auto* all = expr.as<LogicalExpr>(); all != nullptr && all->op == LogicalOp::and_) {
            return std::ranges::all_of(all->operands,
                                       [&](const Expr* operand) { return condition(*operand); });
        }
        const auto* compared = expr.as<BinaryExpr>();
        if (compared == nullptr || !is_comparison(compared->op) || compared->op == BinaryOp::null_safe_equal)
            return false;
        if (is_constant(*compared->right)) return condition(*compared->left, compared->op, *compared->right);
        return is_constant(*compared->left) &&
               condition(*compared->right, turned_round(compared->op), *compared->left);
    }

    bool condition(const Expr& value, BinaryOp op, const Expr& constant) {
        const Expr* expr = &value;
        if (const auto* name = value.as<ColumnExpr>()) expr = aggregate_named(*name);
        const MergeAggregate* aggregate = expr == nullptr ? nullptr : aggregate_of(*expr);
        if (aggregate == nullptr) return false;
        const ShardedStatement& statement = grouped_.statement;
        const std::optional<ValueRef> ref =
            plan_.constants.ref_to(constant, statement.tree, statement.prepared);
        if (!ref) return false;
        plan_.having.push_back({aggregate->column, op, *ref});
        return true;
    }

    // HAVING knows the select list's names; a group's column of the same name would come first.
    const Expr* aggregate_named(const ColumnExpr& name) const {
        if (!name.table.empty()) return nullptr;
        for (const Group& group : groups_) {
            const auto* column = group.meant.expr->as<ColumnExpr>();
            if (column != nullptr && equal_folded(column->column.text, name.column.text)) return nullptr;
        }
        const Expr* found = nullptr;
        for (const SelectItem& item : select_.items) {
            if (!equal_folded(item.alias.text, name.column.text)) continue;
            if (found != nullptr) return nullptr;
            found = item.expr;
        }
        return found;
    }

    struct Wanted {
        std::optional<std::size_t> group;
        RowColumn aggregate;
        std::optional<RowColumn> weight;
        bool descending = false;
    };

    bool order() {
        if (groups_.empty()) {  // one row
            if (!select_.group_by.empty()) return grouped_.query.order_by.empty() && finish({});
            writer_.drop_limit();
            return true;
        }
        std::vector<Wanted> wanted;
        for (const OrderItem& item : grouped_.query.order_by) {
            const std::optional<Meant> meant = meant_by_order(item, select_, grouped_.matcher);
            if (!meant) return false;
            if (meant->expr == nullptr) continue;
            Wanted next;
            next.descending = item.order == Order::descending;
            next.group = group_of(*meant->expr, meant->item);
            if (!next.group) {
                const MergeAggregate* aggregate = aggregate_of(*meant->expr);
                if (aggregate == nullptr) return false;
                const bool weighed =
                    aggregate->combine == Combine::minimum || aggregate->combine == Combine::maximum;
                next.aggregate = aggregate->column;
                if (weighed) next.weight = aggregate->helper;
            }
            wanted.push_back(next);
        }
        return finish(wanted);
    }

    // The shards sort by the groups: in the order that is asked for, when the groups are all it names.
    bool finish(const std::vector<Wanted>& wanted) {
        const bool by_groups =
            std::ranges::all_of(wanted, [](const Wanted& want) { return want.group.has_value(); });
        std::vector<Group> sorted;
        std::vector<bool> taken(groups_.size());
        for (const Wanted& want : wanted) {
            if (!by_groups || taken[*want.group]) continue;
            taken[*want.group] = true;
            sorted.push_back(groups_[*want.group]);
            sorted.back().descending = want.descending;
        }
        std::vector<std::size_t> place(groups_.size());  // of a group among the keys
        for (std::size_t i = 0; i < groups_.size(); ++i) {
            if (!taken[i]) sorted.push_back(groups_[i]);
            place[i] = sorted.size() - 1;  // used only when nothing was taken
        }
        for (const Group& group : sorted) {
            std::optional<MergeKey> key = writer_.group_key(group.meant, group.descending);
            if (!key) return false;
            writer_.sort_by(*key, group.meant, nullptr);
            plan_.keys.push_back(*key);
        }
        if (by_groups && plan_.having.empty()) return true;
        writer_.drop_limit();
        if (by_groups) return true;
        for (const Wanted& want : wanted) {
            MergeKey key{want.aggregate, want.weight, std::nullopt, want.descending};
            if (want.group) {
                key = plan_.keys[place[*want.group]];
                key.descending = want.descending;
            }
            plan_.order.push_back(key);
        }
        return true;
    }

    const GroupedSelect& grouped_;
    const SelectCore& select_;
    MergeTextWriter& writer_;
    MergePlan& plan_;
    std::vector<Group> groups_;
    std::vector<const Expr*> made_;  // what plan_.aggregates are of
};

}  // namespace

bool plan_groups(const GroupedSelect& grouped, MergeTextWriter& writer, MergePlan& plan) {
    return GroupPlanner(grouped, writer, plan).plan();
}

}  // namespace leasehold::router
