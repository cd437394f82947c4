// The part of KeyedRouting that asks lookup tables: the keyspace ids of a value lead to the shards of its
// rows.
#include <algorithm>

#include "base/mysql_errors.h"
#include "router/lookup_query.h"
#include "router/routing.h"
#include "router/shard_set.h"

namespace leasehold::router {
namespace {

bool is_asked(const KeyConstraint& constraint) {
    const LookupTable* const table = constraint.vindex == nullptr ? nullptr : constraint.vindex->lookup();
    return table != nullptr && !table->write_only && !constraint.null_safe;
}

// What to ask for one constraint. Nothing: its values say nothing, or that there can be no row.
std::optional<std::string> question(const KeyConstraint& constraint, const RoutingBase& base,
                                    const Constants& constants, std::span<const SqlValue> values) {
    LookupQuery query(*constraint.vindex->lookup(), base.keyspace->keyspace().name, base.text.mode);
    for (const ValueRef& ref : constraint.values) {
        const std::optional<ReadValue> read = read_value(ref, constants, values);
        if (ref.text || !read || !query.add(read->value)) return std::nullopt;
    }
    return query.text();
}

}  // namespace

bool KeyedRouting::asks_first() const {
    return std::ranges::any_of(constraints_, is_asked);
}

Result<std::optional<Need>> KeyedRouting::need(std::span<const SqlValue> values, const Supplies& had) const {
    std::size_t asked = 0;
    for (const KeyConstraint& constraint : constraints_) {
        if (!is_asked(constraint)) continue;
        std::optional<std::string> sql = question(constraint, base_, constants_, values);
        if (!sql || asked++ < had.rows.size()) continue;
        return std::optional<Need>(RowsNeed{*std::move(sql)});
    }
    return std::optional<Need>();
}

Result<Route> KeyedRouting::route_with(std::string_view sql, std::span<const SqlValue> values,
                                       const Supplies& supplies) const {
    if (supplies.rows.empty()) return route(sql, values);
    ShardSet shards(*base_.keyspace);
    std::size_t asked = 0;
    for (const KeyConstraint& constraint : constraints_) {
        const bool answered = is_asked(constraint) && asked < supplies.rows.size() &&
                              question(constraint, base_, constants_, values).has_value();
        if (!answered) {
            add_shards(shards, constraint, constants_, values);
            continue;
        }
        for (const TextRow& row : supplies.rows[asked++]) {
            const std::optional<KeyspaceId> id =
                row.empty() || !row[0] ? std::nullopt : keyspace_id_of(*row[0]);
            if (!id) {
                return make_error(mysql_error::unknown_error,
                                  "the lookup of " + constraint.what + " has a row without a keyspace id");
            }
            shards.add(Destination(*id));
        }
    }
    if (shards.count() <= 1) return to_shard(shards.first(), sql);
    if (!obstacle_.empty()) return despite_obstacle(sql, values);
    return to_shards(shards, sql);
}

}  // namespace leasehold::router
