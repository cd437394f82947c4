// How the rows of several shards become the rows that one server would give: what each shard is asked, and
// what is done with its rows. Made once a plan, from the query's tree; whoever merges (proxy/merge.h) sees no
// SQL. Pure and immutable. A merge is planned only where it is exact; everything else gets no MergePlan.
//
// The shards' rows have the client's columns first, then hidden ones: sort keys that are not selected, the
// collation weights of keys that may be text (WEIGHT_STRING, see MergeKey), the parts of an AVG.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "router/merge_layout.h"
#include "router/plan.h"
#include "router/sql/ast_expr.h"
#include "router/statement_text.h"
#include "router/value_ref.h"

namespace leasehold::router {

// Rows come from each shard sorted by these, NULLs first in ascending order.
struct MergeKey {
    RowColumn value;
    // For a key that may be text: its weight by its own collation (or what KeyForm says), and right behind it
    // the weight of two blanks where the collation pads with blanks, else an empty string.
    std::optional<RowColumn> weight;
    // Which of the forms the weight is asked for in; unset: always WEIGHT_STRING, as of MIN and MAX.
    std::optional<std::uint16_t> form;
    bool descending = false;
};

enum class Combine : std::uint8_t { sum, count, minimum, maximum, average, bit_and, bit_or, bit_xor };
std::string_view to_string(Combine combine);

// One column of a group's row that is made from those of all the group's rows.
struct MergeAggregate {
    Combine combine = Combine::sum;
    RowColumn column;
    // Of minimum and maximum: the weight as in MergeKey. Of average: the sum, right behind it the count.
    std::optional<RowColumn> helper;
};

// HAVING: every condition must hold.
struct MergeCondition {
    RowColumn column;  // of a group's row, after its aggregates; a number
    BinaryOp op = BinaryOp::equal;
    ValueRef value;
};

// The rows that the client gets, of those that are left.
struct RowWindow {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> count;  // unset: all

    bool operator==(const RowWindow&) const = default;
};

// A part of the text that a shard gets.
struct MergeText {
    enum class Kind : std::uint8_t {
        head,    // from the text's first byte to where the token span.first begins
        tokens,  // a part of the statement
        words,
        key,    // (`words` in front: an aggregate's name and parenthesis) the statement's tokens as a key's
                // weight, in its `form`
        limit,  // LIMIT offset + count
    } kind = Kind::words;
    TokenSpan span;
    std::string words;
    std::optional<std::uint16_t> form =
        std::nullopt;  // part of this form's weight, left out with KeyForm::none
};

class MergePlan {
  public:
    std::uint16_t hidden = 0;            // columns behind the client's, when no weight is left out
    std::vector<std::uint16_t> weights;  // by MergeKey::form: its hidden column; the padding is the next one
    std::vector<MergeKey> keys;          // the order of each shard's rows; none: as they come
    bool groups = false;                 // rows that are equal in all keys become one
    std::vector<MergeAggregate> aggregates;
    std::vector<MergeCondition> having;
    std::vector<MergeKey> order;  // of the groups, where the keys' order is not the one asked for
    // LIMIT, where there is one.
    std::optional<ValueRef> offset, count;

    // Literals of the text that must be equal for the plan to hold, as SELECT a % 3 ... GROUP BY a % 3: plans
    // are cached without their literals.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> same_literals;
    bool holds_for(std::span<const SqlValue> literals) const;

    std::vector<MergeText> text;
    TextRules rules;
    Constants constants;

    // Errors: 1210 for a LIMIT that is no number, 1105 for a text that is not the plan's.
    Result<RowWindow> window(std::span<const SqlValue> values) const;
    // Writes the shards' texts into a route, keys in the forms that were learned.
    Result<void> write(Route& route, std::string_view sql, std::span<const SqlValue> values) const;

    // The forms of the weights, by MergeKey::form, from an answer's column definitions: the next execution
    // asks in these at once. Thread: the plan's worker.
    void learn(std::vector<KeyForm> forms) const { forms_ = std::move(forms); }
    // Of a row of so many columns that was asked for in these forms.
    RowLayout layout(std::size_t columns, std::span<const KeyForm> forms) const;

    // For EXPLAIN ROUTE: "sort by name desc; 3 rows behind 10".
    std::string describe() const;
    std::size_t bytes() const;

  private:
    mutable std::vector<KeyForm> forms_;  // none yet: weights
};

}  // namespace leasehold::router
