// The entries of the rows that an INSERT gives: what its text says for the columns of the lookups. Pure.
// Internal to the planner's INSERT.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "router/lookup_upkeep.h"
#include "router/statement_text.h"
#include "router/value_ref.h"

namespace leasehold::router {

// Of one row and one column.
struct InsertCell {
    std::optional<ValueRef> value;   // unset: an expression, or no value at all
    std::optional<TokenSpan> place;  // where the text has it
    bool generated = false;          // a sequence gives it to rows that ask
};

struct InsertCells {
    std::shared_ptr<const OwnedLookups> owned;
    std::vector<LookupUse> verified;
    InsertedRows shape;             // without its rows and checks
    std::vector<InsertCell> cells;  // one a column of the shape, row by row

    bool empty() const { return owned == nullptr && verified.empty(); }
    bool one_by_one() const { return shape.form != InsertedRows::Form::at_once; }
    std::size_t bytes() const;

    // What a row gives for it. `id`: what a sequence gave to the row; unset: nothing.
    GivenValue given(const InsertCell& cell, std::optional<std::uint64_t> id, const Constants& constants,
                     std::span<const SqlValue> values, const TokenList& list) const;
};

}  // namespace leasehold::router
