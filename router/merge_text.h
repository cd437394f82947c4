// Writes the text that shards get for a merge: the statement with hidden columns behind its select list,
// another ORDER BY, another LIMIT. Internal to the planner; used once a plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "router/merge_names.h"
#include "router/merge_plan.h"
#include "router/sql/parser.h"

namespace leasehold::router {

class MergeTextWriter {
  public:
    // All must outlive it; `plan` gets hidden columns and, by finish(), the text.
    MergeTextWriter(const ParseTree& tree, const Query& query, const SelectCore& select, MergePlan& plan)
        : tree_(tree), query_(query), select_(select), plan_(plan) {}

    // Where a select item stands in the rows; nothing: between two `*`.
    std::optional<RowColumn> column_of(std::uint32_t item) const;
    // A key, with the hidden columns that it needs. Nothing: it would have to be evaluated twice.
    std::optional<MergeKey> key(const Meant& meant, bool descending);
    // The key of a group. Its expression may not stand in another one under ONLY_FULL_GROUP_BY.
    std::optional<MergeKey> group_key(const Meant& meant, bool descending);
    // Appends it to the shards' ORDER BY: as `written` where that says the same, else by position or name.
    void sort_by(const MergeKey& key, const Meant& meant, const OrderItem* written);
    bool has_key(std::uint32_t item) const;

    // A hidden column: "AVG(x)" or "SUM(" and x and ")".
    RowColumn hide(const Expr& expr);
    RowColumn hide(std::string before, const Expr& expr, std::string after);
    // The weight of an expression and of what it is padded with; always as a weight.
    RowColumn hide_weight(const Expr& expr);

    void drop_limit() { keeps_limit_ = false; }
    void drop_having() { keeps_having_ = false; }
    void finish();

  private:
    struct Edit {
        TokenSpan span;
        std::vector<MergeText> put;
    };

    TokenSpan span_of(const Expr& expr) const;
    void put_words(std::vector<MergeText>& out, std::string words) const;
    void put_tokens(std::vector<MergeText>& out, TokenSpan span) const;
    RowColumn next_hidden();
    std::optional<MergeKey> key(const Meant& meant, bool descending, std::string_view aggregate);
    void hide_padding(TokenSpan span, std::string_view aggregate);
    std::uint32_t end_of_query() const;
    TokenSpan having_span() const;

    const ParseTree& tree_;
    const Query& query_;
    const SelectCore& select_;
    MergePlan& plan_;
    std::vector<MergeText> hidden_;
    std::vector<MergeText> order_by_;
    bool keeps_limit_ = true;
    bool keeps_having_ = true;
};

}  // namespace leasehold::router
