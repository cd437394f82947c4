#include <algorithm>

#include "router/routing.h"
#include "router/shard_set.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

// Where rows are whose vindex columns equal the key. A value that cannot be read (a minus before text) may
// equal anything.
Destination find_key(const KeyConstraint& constraint, std::span<const ValueRef> refs,
                     const Constants& constants, std::span<const SqlValue> values) {
    const std::optional<ReadKey> key = read_key(refs, constants, values);
    if (!key) return AllShards{};
    if (!constraint.null_safe && std::ranges::any_of(key->values(), [](const SqlValue& value) {
            return std::holds_alternative<Null>(value);
        })) {
        return NoShard{};
    }
    return constraint.vindex->map(key->values());
}

}  // namespace

void add_shards(ShardSet& shards, const KeyConstraint& constraint, const Constants& constants,
                std::span<const SqlValue> values) {
    if (constraint.vindex == nullptr) {
        shards.add(constraint.shard);
    } else if (constraint.list) {
        const std::span<const ValueRef> refs = constraint.values;
        for (std::size_t i = 0; i < refs.size(); i += constraint.columns) {
            shards.add(find_key(constraint, refs.subspan(i, constraint.columns), constants, values));
        }
    } else {
        shards.add(find_key(constraint, constraint.values, constants, values));
    }
}

Result<Route> KeyedRouting::despite_obstacle(std::string_view sql, std::span<const SqlValue> values) const {
    if (gather_ != nullptr) return gather_->route(sql, values);
    return unsupported_over_shards(obstacle_, *base_.keyspace);
}

Route KeyedRouting::to_shard(std::uint16_t shard, std::string_view sql) const {
    Route route{base_.keyspace->index(), {}, nullptr};
    route.shards.push_back(unchanged_query(shard, sql, base_.text));
    return route;
}

Route KeyedRouting::to_shards(const ShardSet& shards, std::string_view sql) const {
    Route route{base_.keyspace->index(), {}, nullptr};
    for (std::uint16_t shard = 0; shard < base_.keyspace->shard_count(); ++shard) {
        if (shards.has(shard)) route.shards.push_back(unchanged_query(shard, sql, base_.text));
    }
    return route;
}

Result<Route> KeyedRouting::route(std::string_view sql, std::span<const SqlValue> values) const {
    const KeyConstraint& first = constraints_.front();
    if (constraints_.size() > 1) return route_all(sql, values);
    if (first.vindex == nullptr) return to_shard(first.shard, sql);
    if (first.list && first.columns == 1) return route_list(sql, values);
    if (first.list) return route_all(sql, values);
    const Destination destination = find_key(first, first.values, constants_, values);
    if (const auto* id = std::get_if<KeyspaceId>(&destination))
        return to_shard(base_.keyspace->shard_of(*id), sql);
    return route_all(sql, values);
}

// Every constraint alone; several shards are allowed when the statement is one that concatenates.
Result<Route> KeyedRouting::route_all(std::string_view sql, std::span<const SqlValue> values) const {
    ShardSet shards(*base_.keyspace);
    for (const KeyConstraint& constraint : constraints_) add_shards(shards, constraint, constants_, values);
    if (shards.count() <= 1) return to_shard(shards.first(), sql);
    if (!obstacle_.empty()) return despite_obstacle(sql, values);
    return to_shards(shards, sql);
}

// IN: each shard gets the values that can be there.
Result<Route> KeyedRouting::route_list(std::string_view sql, std::span<const SqlValue> values) const {
    const KeyConstraint& constraint = constraints_.front();
    ShardSet shards(*base_.keyspace);
    std::vector<std::vector<std::uint32_t>> elements(base_.keyspace->shard_count());
    bool split = split_.has_value();
    for (std::uint32_t i = 0; i < constraint.values.size(); ++i) {
        const Destination destination =
            find_key(constraint, std::span(&constraint.values[i], 1), constants_, values);
        split = split && !std::holds_alternative<AllShards>(destination);
        shards.add(destination, [&](std::uint16_t shard) { elements[shard].push_back(i); });
    }
    if (shards.count() <= 1) return to_shard(shards.first(), sql);
    if (!obstacle_.empty()) return despite_obstacle(sql, values);
    if (!split) return to_shards(shards, sql);
    const StatementText text(sql, base_.text);
    if (!text.can_be_cut()) return to_shards(shards, sql);
    if (!text.has(split_->span())) return unsupported("a text that is not the plan's");
    Route route{base_.keyspace->index(), {}, nullptr};
    for (std::uint16_t shard = 0; shard < base_.keyspace->shard_count(); ++shard) {
        if (!shards.has(shard)) continue;
        TextBuilder builder(text);
        builder.before(split_->span().first);
        for (std::size_t n = 0; n < elements[shard].size(); ++n) {
            if (n != 0) builder.add(", ");
            builder.tokens(split_->elements[elements[shard][n]]);
        }
        builder.after(split_->span().last);
        route.shards.push_back(builder.finish(shard));
    }
    return route;
}

std::string KeyedRouting::describe() const {
    std::string words;
    for (const KeyConstraint& constraint : constraints_) {
        if (!words.empty()) words += ", ";
        words += constraint.what;
        if (constraint.vindex == nullptr) {
            words += " is pinned";
        } else {
            words += constraint.list ? " in a list" : " equals a value";
            if (constraint.partial()) words += " (not all columns)";
            words += ", vindex " + constraint.vindex_name;
        }
    }
    return words;
}

std::size_t KeyedRouting::bytes() const {
    std::size_t sum =
        sizeof(*this) + obstacle_.size() + constants_.bytes() + base_.text.edits.size() * sizeof(TokenEdit);
    for (const KeyConstraint& constraint : constraints_) {
        sum += sizeof(constraint) + constraint.what.size() + constraint.values.size() * sizeof(ValueRef);
    }
    if (split_) sum += split_->elements.size() * sizeof(TokenSpan);
    if (gather_ != nullptr) sum += gather_->bytes();
    return sum;
}

}  // namespace leasehold::router
