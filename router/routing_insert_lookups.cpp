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
    InsertedRows inserted;
    for (std::size_t row = 0; row < rows_.count; ++row) {
        std::optional<std::uint64_t> id;
        if (asking.count > 0 && asking.ids[row]) id = *supplies.first_id + *asking.ids[row];
        const auto given = [&](const InsertCell& cell) {
            return cells.given(cell, id, constants_, values, list);
        };
        const std::string which = " (row " + std::to_string(row + 1) + ")";
        for (std::size_t i = 0; i < cells.verified.size(); ++i) {
            const LookupUse& use = cells.verified[i];
            const GivenValue value = given(cells.verified_cells[row * cells.verified.size() + i]);
            if (value.kind == GivenValue::Kind::null) continue;
            if (value.kind == GivenValue::Kind::unseen)
                return unsupported("an expression as the value of " + use.column + ", which lookup vindex " +
                                   use.vindex + " has to know" + which);
            inserted.checks.push_back({find_entry(use, {value.sql, spread.ids[row]}),
                                       "the value of " + use.column +
                                           " has no entry with the row's keyspace id in lookup vindex " +
                                           use.vindex + which});
        }
        if (cells.owned == nullptr) continue;
        InsertedRow made{spread.ids[row], {}};
        const std::size_t count = cells.owned->lookups.size();
        for (std::size_t i = 0; i < count; ++i)
            made.values.push_back(given(cells.owned_cells[row * count + i]));
        inserted.rows.push_back(std::move(made));
    }
    return std::make_shared<const LookupUpkeep>(LookupUpkeep{cells.owned, std::move(inserted)});
}

}  // namespace leasehold::router
