#include "router/plan_merge.h"

#include <algorithm>
#include <utility>

#include "router/colocation.h"
#include "router/concatenation.h"
#include "router/merge_groups.h"
#include "router/merge_names.h"
#include "router/merge_text.h"

namespace leasehold::router {

namespace {

bool is_aggregate_query(const SelectCore& select, std::span<const OrderItem> order_by) {
    const auto of_many = [](const Expr& expr) {
        const std::string found = many_rows_function(expr);
        return !found.empty() && found != "a window function";
    };
    return std::ranges::any_of(select.items, [&](const SelectItem& item) { return of_many(*item.expr); }) ||
           (select.having != nullptr && of_many(*select.having)) ||
           std::ranges::any_of(order_by, [&](const OrderItem& item) { return of_many(*item.expr); });
}

// What no merge answers.
bool is_refused(const ShardedStatement& statement, const Query& query, const SelectCore& select) {
    const Limit* limit = query.limit;
    return statement.tree.tokens.executable_comments || query.into != nullptr ||
           select.options.calc_found_rows || select.qualify != nullptr ||
           select.group_modifier != GroupModifier::none ||
           (limit != nullptr &&
            (limit->with_ties || limit->rows_examined != nullptr || limit->count == nullptr));
}

class MergePlanner {
  public:
    MergePlanner(const ShardedStatement& statement, const Query& query, const SelectCore& select,
                 const Analysis& analysis)
        : statement_(statement),
          query_(query),
          select_(select),
          analysis_(analysis),
          colocation_(select, analysis, *analysis.top),
          matcher_(statement.prepared),
          writer_(statement.tree, query, select, *plan_) {
        plan_->rules = statement.base.text;
    }

    std::shared_ptr<const MergePlan> make() {
        if (!colocation_.has_whole_windows(query_.order_by) || !window()) return nullptr;
        bool groups = !select_.group_by.empty() || is_aggregate_query(select_, query_.order_by);
        if (groups && colocation_.keeps_together(select_.group_by)) groups = false;
        if (groups) {
            if (!plan_groups({statement_, query_, select_, analysis_, colocation_, matcher_}, writer_,
                             *plan_))
                return nullptr;
        } else if (!rows()) {
            return nullptr;
        }
        writer_.finish();
        plan_->same_literals = matcher_.literals();
        return plan_;
    }

  private:
    bool window() {
        if (query_.limit == nullptr) return true;
        const auto ref = [&](const Expr* expr, std::optional<ValueRef>& into) {
            if (expr != nullptr) into = plan_->constants.ref_to(*expr, statement_.tree, statement_.prepared);
            return expr == nullptr || into.has_value();
        };
        return ref(query_.limit->count, plan_->count) && ref(query_.limit->offset, plan_->offset);
    }

    // Rows that each stand for themselves, or for those that DISTINCT finds equal.
    bool rows() {
        for (const OrderItem& item : query_.order_by) {
            const std::optional<Meant> meant = meant_by_order(item, select_, matcher_);
            if (!meant) return false;
            if (meant->expr == nullptr) continue;
            if (!add_key(*meant, item.order == Order::descending, &item)) return false;
        }
        if (!select_.options.distinct) return true;
        const bool once = std::ranges::any_of(
            select_.items, [&](const SelectItem& item) { return colocation_.keeps_together(*item.expr); });
        return once || distinct();
    }

    // Equal rows of one shard and of several meet when all columns are in the order.
    bool distinct() {
        if (std::ranges::any_of(
                plan_->keys, [](const MergeKey& key) { return key.value.from == RowColumn::From::hidden; })) {
            return false;
        }
        for (std::uint32_t i = 0; i < select_.items.size(); ++i) {
            const Expr& expr = *select_.items[i].expr;
            if (expr.kind == ExprKind::star) return false;
            if (is_constant(expr) || writer_.has_key(i)) continue;
            if (!add_key({&expr, i}, false, nullptr)) return false;
        }
        plan_->groups = true;
        // Beside their weights a shard may send rows that differ in nothing but blanks at the end.
        const bool exact =
            std::ranges::none_of(plan_->keys, [](const MergeKey& key) { return key.weight.has_value(); });
        if (!exact) writer_.drop_limit();
        return true;
    }

    bool add_key(const Meant& meant, bool descending, const OrderItem* written) {
        std::optional<MergeKey> key = writer_.key(meant, descending);
        if (!key) return false;
        writer_.sort_by(*key, meant, written);
        plan_->keys.push_back(*key);
        return true;
    }

    const ShardedStatement& statement_;
    const Query& query_;
    const SelectCore& select_;
    const Analysis& analysis_;
    std::shared_ptr<MergePlan> plan_ = std::make_shared<MergePlan>();
    Colocation colocation_;
    TextMatcher matcher_;
    MergeTextWriter writer_;
};

}  // namespace

std::shared_ptr<const MergePlan> plan_merge(const ShardedStatement& statement, const Query& query,
                                            const Analysis& analysis) {
    const auto* select = query.body->as<SelectCore>();
    if (select == nullptr || !analysis.top || is_refused(statement, query, *select)) return nullptr;
    return MergePlanner(statement, query, *select, analysis).make();
}

}  // namespace leasehold::router
