// The part of InsertRouting that is about lookups: the entries of its rows, and those that have to be there.
#include "router/lookup_entries.h"
#include "router/lookup_upkeep.h"
#include "router/routing.h"
#include "router/unsupported.h"

namespace leasehold::router {

Result<std::shared_ptr<const LookupUpkeep>> InsertRouting::upkeep(std::string_view sql,
                                                                  std::span<const SqlValue> values,
                                                                  const Spread& spread,
                                                                  const AskingRows& asking,
                                                                  const Supplies& supplies) const {
    const InsertCells& cells = *rows_.cells;
    const TokenList list = tokenize(sql, base_.text.mode);
    InsertedRows inserted = cells.shape;
    const std::size_t width = inserted.columns.size();
    for (std::size_t row = 0; row < rows_.count; ++row) {
        std::optional<std::uint64_t> id;
        if (asking.count > 0 && asking.ids[row]) id = *supplies.first_id + *asking.ids[row];
        InsertedRow made{spread.ids[row], {}};
        for (std::size_t i = 0; i < width; ++i)
            made.values.push_back(cells.given(cells.cells[row * width + i], id, constants_, values, list));
        const std::string which = " (row " + std::to_string(row + 1) + ")";
        for (const LookupUse& use : cells.verified) {
            const GivenValue value = inserted.value_of(made, use.column);
            if (value.kind == GivenValue::Kind::null) continue;
            if (value.kind == GivenValue::Kind::unseen) {
                return unsupported("an expression as the value of " + use.column + ", which lookup vindex " +
                                   use.vindex + " has to know" + which);
            }
            inserted.checks.push_back({find_entry(use, {value.sql, spread.ids[row]}),
                                       "the value of " + use.column +
                                           " has no entry with the row's keyspace id in lookup vindex " +
                                           use.vindex + which});
        }
        if (cells.owned != nullptr) inserted.rows.push_back(std::move(made));
    }
    return std::make_shared<const LookupUpkeep>(LookupUpkeep{cells.owned, std::move(inserted)});
}

}  // namespace leasehold::router
