#include "base/mysql_errors.h"
#include "router/routing.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

// MySQL takes NULL and 0 in an AUTO_INCREMENT column as "give the next one".
bool asks_for_next(const SqlValue& value) {
    if (std::holds_alternative<Null>(value)) return true;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number == 0;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number == 0;
    return false;
}

}  // namespace

Result<std::uint16_t> InsertRouting::shard_of_row(std::size_t row, std::span<const SqlValue> values) const {
    const auto which = [row] { return " (row " + std::to_string(row + 1) + ")"; };
    if (!rows_.generated.empty()) {
        const std::optional<ReadValue> read = read_value(rows_.generated[row], constants_, values);
        if (read && asks_for_next(read->value)) return unsupported("a value of " + rows_.sequence + which());
    }
    const std::span<const ValueRef> refs = std::span(rows_.keys).subspan(row * rows_.columns, rows_.columns);
    const std::optional<ReadKey> key = read_key(refs, constants_, values);
    if (!key) return unsupported("an expression as the value of " + rows_.what + which());
    const std::optional<KeyspaceId> id = rows_.vindex->place(key->values());
    if (!id) {
        return make_error(
            mysql_error::unknown_error,
            "the value of " + rows_.what + " has no keyspace id in vindex " + rows_.vindex_name + which());
    }
    return base_.keyspace->shard_of(*id);
}

Result<Route> InsertRouting::route(std::string_view sql, std::span<const SqlValue> values) const {
    const std::size_t row_count = rows_.keys.size() / rows_.columns;
    std::vector<std::vector<std::uint32_t>> rows_of(base_.keyspace->shard_count());
    std::uint16_t last = 0;
    for (std::uint32_t row = 0; row < row_count; ++row) {
        const Result<std::uint16_t> shard = shard_of_row(row, values);
        if (!shard) return shard.error();
        rows_of[*shard].push_back(row);
        last = *shard;
    }
    Route route{base_.keyspace->index(), {}, nullptr};
    if (rows_of[last].size() == row_count) {
        route.shards.push_back(unchanged_query(last, sql, base_.text));
        return route;
    }
    if (!rows_.obstacle.empty()) return unsupported_over_shards(rows_.obstacle, *base_.keyspace);
    const StatementText text(sql, base_.text);
    if (!text.can_be_cut()) {
        return unsupported_over_shards("an INSERT with comments that servers execute", *base_.keyspace);
    }
    if (!rows_.split || !text.has(rows_.split->span())) return unsupported("a text that is not the plan's");
    for (std::uint16_t shard = 0; shard < base_.keyspace->shard_count(); ++shard) {
        if (rows_of[shard].empty()) continue;
        TextBuilder builder(text);
        builder.before(rows_.split->span().first);
        for (std::size_t n = 0; n < rows_of[shard].size(); ++n) {
            if (n != 0) builder.add(", ");
            builder.tokens(rows_.split->elements[rows_of[shard][n]]);
        }
        builder.after(rows_.split->span().last);
        route.shards.push_back(builder.finish(shard));
    }
    return route;
}

std::string InsertRouting::describe() const {
    return "rows by " + rows_.what + ", vindex " + rows_.vindex_name;
}

std::size_t InsertRouting::bytes() const {
    std::size_t sum = sizeof(*this) + constants_.bytes() + base_.text.edits.size() * sizeof(TokenEdit);
    sum += (rows_.keys.size() + rows_.generated.size()) * sizeof(ValueRef);
    if (rows_.split) sum += rows_.split->elements.size() * sizeof(TokenSpan);
    return sum;
}

}  // namespace leasehold::router
