#include <algorithm>

#include "base/mysql_errors.h"
#include "router/routing.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

// The values of an execution, and behind them the ids that its rows get.
std::vector<SqlValue> with_ids(std::span<const SqlValue> values, std::uint64_t first_id,
                               std::uint32_t count) {
    std::vector<SqlValue> all(values.begin(), values.end());
    all.reserve(values.size() + count);
    for (std::uint32_t i = 0; i < count; ++i) all.emplace_back(first_id + i);
    return all;
}

}  // namespace

// `id`: where the row's id stands among `values`.
Result<KeyspaceId> InsertRouting::id_of_row(std::size_t row, std::optional<std::uint32_t> id,
                                            std::span<const SqlValue> values) const {
    const auto which = [row] { return " (row " + std::to_string(row + 1) + ")"; };
    std::span<const ValueRef> refs = std::span(rows_.keys).subspan(row * rows_.columns, rows_.columns);
    std::vector<ValueRef> with_id;
    if (id) {
        with_id.assign(refs.begin(), refs.end());
        with_id[*rows_.ids->key] = ValueRef{ValueRef::From::execution, false, false, *id};
        refs = with_id;
    }
    const std::optional<ReadKey> key = read_key(refs, constants_, values);
    if (!key) return unsupported("an expression as the value of " + rows_.what + which());
    std::optional<KeyspaceId> place = rows_.vindex->place(key->values());
    if (!place) {
        return make_error(
            mysql_error::unknown_error,
            "the value of " + rows_.what + " has no keyspace id in vindex " + rows_.vindex_name + which());
    }
    return *std::move(place);
}

Result<InsertRouting::Spread> InsertRouting::spread(std::span<const SqlValue> values,
                                                    const AskingRows& asking) const {
    Spread spread;
    spread.rows_of.resize(base_.keyspace->shard_count());
    for (std::uint32_t row = 0; row < rows_.count; ++row) {
        if (rows_.vindex == nullptr) {
            spread.rows_of[rows_.shard].push_back(row);
            continue;
        }
        std::optional<std::uint32_t> id;
        if (asking.count > 0 && asking.ids[row] && rows_.ids->key)
            id = static_cast<std::uint32_t>(values.size()) - asking.count + *asking.ids[row];
        Result<KeyspaceId> place = id_of_row(row, id, values);
        if (!place) return place.error();
        spread.rows_of[base_.keyspace->shard_of(*place)].push_back(row);
        if (rows_.cells) spread.ids.push_back(*std::move(place));
    }
    return spread;
}

Result<std::optional<Need>> InsertRouting::need(std::span<const SqlValue> values, const Supplies& had) const {
    if (!rows_.ids || had.first_id) return std::optional<Need>();
    const std::uint32_t count = rows_.ids->asking(constants_, values).count;
    if (count == 0) return std::optional<Need>();
    return std::optional<Need>(IdsNeed{rows_.ids->sequence, count});
}

Result<Route> InsertRouting::route(std::string_view sql, std::span<const SqlValue> values) const {
    return route_with(sql, values, {});
}

Result<Route> InsertRouting::route_with(std::string_view sql, std::span<const SqlValue> values,
                                        const Supplies& supplies) const {
    AskingRows asking;
    if (rows_.ids) asking = rows_.ids->asking(constants_, values);
    std::vector<SqlValue> all;
    if (asking.count > 0) {
        if (!supplies.first_id) return unsupported("a value of " + rows_.ids->words + " here");
        all = with_ids(values, *supplies.first_id, asking.count);
    }
    const Result<Spread> spread_rows =
        spread(asking.count > 0 ? std::span<const SqlValue>(all) : values, asking);
    if (!spread_rows) return spread_rows.error();
    Result<Route> route = route_rows(sql, values, *spread_rows, asking, supplies);
    if (!route || !rows_.cells) return route;
    Result<std::shared_ptr<const LookupUpkeep>> kept = upkeep(sql, values, *spread_rows, asking, supplies);
    if (!kept) return kept.error();
    route->upkeep = *std::move(kept);
    return route;
}

Result<Route> InsertRouting::route_rows(std::string_view sql, std::span<const SqlValue> values,
                                        const Spread& spread, const AskingRows& asking,
                                        const Supplies& supplies) const {
    const auto used = std::ranges::count_if(spread.rows_of, [](const auto& rows) { return !rows.empty(); });
    const bool one_by_one = rows_.cells && rows_.cells->one_by_one() && rows_.count > 1;
    if ((used > 1 || one_by_one) && !rows_.obstacle.empty())
        return unsupported_over_shards(rows_.obstacle, *base_.keyspace);
    if (asking.count > 0) {
        const IdWriter ids(*rows_.ids, asking, *supplies.first_id, values.size());
        Result<Route> route = one_by_one ? cut_rows(sql, spread, &ids) : cut(sql, spread.rows_of, &ids);
        if (route) route->first_id = supplies.first_id;
        return route;
    }
    if (one_by_one) return cut_rows(sql, spread, nullptr);
    if (used > 1) return cut(sql, spread.rows_of, nullptr);
    Route route{base_.keyspace->index(), {}, nullptr};
    const auto only = std::ranges::find_if(spread.rows_of, [](const auto& rows) { return !rows.empty(); });
    const auto shard = only == spread.rows_of.end() ? 0 : only - spread.rows_of.begin();
    route.shards.push_back(unchanged_query(static_cast<std::uint16_t>(shard), sql, base_.text));
    return route;
}

// Every row alone, in order.
Result<Route> InsertRouting::cut_rows(std::string_view sql, const Spread& spread, const IdWriter* ids) const {
    Route route{base_.keyspace->index(), {}, nullptr};
    for (std::uint32_t row = 0; row < rows_.count; ++row) {
        RowsOfShards alone(spread.rows_of.size());
        alone[base_.keyspace->shard_of(spread.ids[row])].push_back(row);
        Result<Route> cut_row = cut(sql, alone, ids);
        if (!cut_row) return cut_row;
        route.shards.push_back(std::move(cut_row->shards.front()));
    }
    return route;
}

// Each shard's rows alone, with their ids.
Result<Route> InsertRouting::cut(std::string_view sql, const RowsOfShards& rows_of,
                                 const IdWriter* ids) const {
    const StatementText text(sql, base_.text);
    if (!text.can_be_cut()) {
        return unsupported_over_shards("an INSERT with comments that servers execute", *base_.keyspace);
    }
    if (!text.has(rows_.split.span())) return unsupported("a text that is not the plan's");
    Route route{base_.keyspace->index(), {}, nullptr};
    for (std::uint16_t shard = 0; shard < base_.keyspace->shard_count(); ++shard) {
        if (rows_of[shard].empty()) continue;
        TextBuilder builder(text);
        if (ids != nullptr) {
            ids->head(builder, rows_.split.span().first);
        } else {
            builder.before(rows_.split.span().first);
        }
        for (std::size_t n = 0; n < rows_of[shard].size(); ++n) {
            if (n != 0) builder.add(", ");
            const std::uint32_t row = rows_of[shard][n];
            if (ids != nullptr) {
                ids->row(builder, row, rows_.split.elements[row]);
            } else {
                builder.tokens(rows_.split.elements[row]);
            }
        }
        builder.after(rows_.split.span().last);
        route.shards.push_back(builder.finish(shard));
    }
    return route;
}

std::string InsertRouting::describe() const {
    std::string words = rows_.vindex == nullptr ? rows_.what + " is pinned"
                                                : "rows by " + rows_.what + ", vindex " + rows_.vindex_name;
    if (rows_.ids) words += "; " + rows_.ids->words;
    if (!rows_.cells) return words;
    if (rows_.cells->owned != nullptr) {
        for (const LookupUse& use : rows_.cells->owned->lookups)
            words += "; entries of lookup vindex " + use.vindex;
    }
    for (const LookupUse& use : rows_.cells->verified)
        words += "; entries of lookup vindex " + use.vindex + " have to be there";
    return words;
}

std::size_t InsertRouting::bytes() const {
    std::size_t sum = sizeof(*this) + constants_.bytes() + base_.text.edits.size() * sizeof(TokenEdit);
    sum += rows_.keys.size() * sizeof(ValueRef) + rows_.split.elements.size() * sizeof(TokenSpan);
    if (rows_.ids) sum += rows_.ids->bytes();
    if (rows_.cells) sum += rows_.cells->bytes();
    return sum;
}

}  // namespace leasehold::router
