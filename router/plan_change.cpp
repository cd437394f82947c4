// UPDATE and DELETE.
#include <algorithm>

#include "router/change_targets.h"
#include "router/concatenation.h"
#include "router/lookup_owner.h"
#include "router/moving_routing.h"
#include "router/plan_gather.h"
#include "router/plan_upkeep.h"
#include "router/sharded_plan.h"
#include "router/sql/fold.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

// What every shard has a copy of changes on every shard; only alone, because no shard's answer counts for it.
Result<ShardedPlan> change_reference(const ShardedStatement& statement, const Analysis& analysis) {
    for (const TableInstance& instance : analysis.instances) {
        if (!instance.table->source.empty()) {
            return unsupported_when_sharded("changing reference table " + instance.table->name +
                                                ", whose source is " + instance.table->source,
                                            statement.keyspace());
        }
    }
    if (analysis.instances.empty()) return to_any_shard(statement, "the first shard");
    return to_all_shards(statement, Opcode::all_shards, "every shard: each has the whole table");
}

// ORDER BY and LIMIT of the single-table form, as far as every shard can apply them to its own rows.
std::optional<GatherFirst> first_of(const ShardedStatement& statement, std::span<const OrderItem> order_by,
                                    const Limit* limit) {
    if (order_by.empty() && limit == nullptr) return std::nullopt;
    const TokenList& tokens = statement.tree.tokens;
    GatherFirst first;
    if (!order_by.empty()) {
        const bool plain = std::ranges::all_of(order_by, [](const OrderItem& item) {
            return columns_of_plain_condition(*item.expr).has_value();
        });
        if (!plain) return std::nullopt;
        first.order_by = tokens_of(tokens, {order_by.front().range.begin, order_by.back().range.end});
        if (first.order_by.first < 2 || tokens.tokens[first.order_by.first - 1].keyword != Keyword::by)
            return std::nullopt;
        first.order_by.first -= 2;
    }
    if (limit != nullptr && limit->count != nullptr && limit->offset == nullptr && !limit->with_ties &&
        limit->rows_examined == nullptr)
        first.limit = tokens_of(tokens, limit->count->range);
    return first;
}

// What the two kinds of statement have alike.
struct Change {
    std::string_view verb;
    bool ignore = false;
    bool returning = false;
    const Expr* where = nullptr;
    std::span<const OrderItem> order_by;
    const Limit* limit = nullptr;
    std::vector<std::uint32_t> targets;  // instances
    std::vector<std::uint32_t> qualifiers;
    GatherChange gathered;
    bool moves = false;
    bool entries = false;  // of lookups: they follow
};

// What keeps the statement's rows from being brought together; empty: nothing.
std::string gather_obstacle(const ShardedStatement& statement, const Analysis& analysis,
                            const Change& change) {
    const std::string verb(change.verb);
    if (statement.tree.tokens.executable_comments) return verb + " with a comment that servers execute";
    if (change.ignore) return verb + " IGNORE";
    if (change.returning) return verb + " ... RETURNING";
    if (!analysis.system_table.empty())
        return analysis.system_table + " together with tables of the keyspace";
    if (change.targets.empty()) return verb + " of a table that cannot be told";
    std::vector<std::string_view> tables;
    for (const std::uint32_t target : change.targets) {
        const TableInstance& instance = analysis.instances[target];
        if (std::ranges::find(tables, instance.table->name) != tables.end())
            return verb + " of two uses of table " + instance.table->name;
        tables.push_back(instance.table->name);
        if (instance.factor != nullptr && !instance.factor->for_clause.empty())
            return verb + " FOR PORTION OF a period";
        const auto unknown = [](const TableVindex& use) { return use.vindex == nullptr; };
        if (std::ranges::any_of(instance.table->vindexes, unknown))
            return verb + " of " + instance.table->name + ", which has a vindex of an unknown type";
    }
    return {};
}

Result<std::unique_ptr<const Routing>> gather_of(const ShardedStatement& statement, Analysis analysis,
                                                 Change change) {
    const std::string obstacle = gather_obstacle(statement, analysis, change);
    if (!obstacle.empty()) return unsupported_over_shards(obstacle, statement.keyspace());
    GatheredChange gathered;
    const bool alone = analysis.scopes[*analysis.top].sources.size() == 1 && analysis.instances.size() == 1;
    if (alone) gathered.first = first_of(statement, change.order_by, change.limit);
    gathered.where = change.where;
    gathered.change = std::move(change.gathered);
    gathered.changed = std::move(change.targets);
    gathered.qualifiers = std::move(change.qualifiers);
    gathered.moves = change.moves;
    gathered.entries = change.entries;
    return plan_gather_change(statement, std::move(analysis), std::move(gathered));
}

// Where the shards can do it each for itself, the rows are read before; else they are gathered.
Result<ShardedPlan> with_entries(const ShardedStatement& statement, Analysis& analysis, Placement placement,
                                 std::optional<UpkeepRouting::Parts> upkeep,
                                 Result<std::unique_ptr<const Routing>> gather) {
    if (!upkeep && !gather) return gather.error();
    if (!upkeep) return ShardedPlan{Opcode::gather, *std::move(gather)};
    Result<ShardedPlan> plan =
        by_placement(statement, std::move(placement), std::move(analysis.constants), "");
    if (!plan) return plan;
    plan->routing = std::make_unique<UpkeepRouting>(
        statement.base, std::move(plan->routing), gather ? *std::move(gather) : nullptr, *std::move(upkeep));
    return plan;
}

}  // namespace

Result<ShardedPlan> plan_update(const ShardedStatement& statement, const UpdateStatement& update) {
    Result<Analysis> analysis = Analyzer(statement.tree, statement.lookup()).analyze(update);
    if (!analysis) return analysis.error();
    Placement placement = place(*analysis, statement.tree.tokens);
    if (!placement.sharded) return change_reference(statement, *analysis);
    Result<UpdateTargets> targets = update_targets(statement, *analysis, update);
    if (!targets) return targets.error();
    std::string obstacle = update.limit != nullptr ? "UPDATE with LIMIT" : "";
    if (obstacle.empty()) obstacle = effects_obstacle(statement.effects.set);
    if (obstacle.empty()) obstacle = placement.obstacle;
    const bool entries = targets->changes_entries;
    const bool moves = targets->moves && (entries || statement.keyspace().shard_count() > 1);
    if (obstacle.empty() && !moves && !entries)
        return by_placement(statement, std::move(placement), std::move(analysis->constants), "");

    Result<Analysis> rows = Analyzer(statement.tree, gather_lookup(statement)).analyze(update);
    if (!rows) return rows.error();
    Change change{"UPDATE",
                  update.ignore,
                  !update.returning.empty(),
                  update.where,
                  update.order_by,
                  update.limit,
                  targets->changed,
                  {},
                  {},
                  moves,
                  entries};
    for (const ColumnAssignment& assignment : update.set) {
        change.gathered.assigned.insert(to_lower(assignment.column->column.text));
    }
    Result<std::unique_ptr<const Routing>> gather = gather_of(statement, *std::move(rows), std::move(change));
    if (entries) {
        const bool plain = obstacle.empty() && !moves;
        std::optional<UpkeepRouting::Parts> upkeep =
            plain ? upkeep_of(statement, *analysis, update) : std::nullopt;
        return with_entries(statement, *analysis, std::move(placement), std::move(upkeep), std::move(gather));
    }
    const bool pinned_down = !placement.constraints.empty();
    if (!gather && (moves || !pinned_down)) return gather.error();
    if (!moves) {
        return by_placement(statement, std::move(placement), std::move(analysis->constants),
                            std::move(obstacle), gather ? *std::move(gather) : nullptr);
    }
    if (!pinned_down || !targets->values) return ShardedPlan{Opcode::gather, *std::move(gather)};
    Result<ShardedPlan> stays = by_placement(statement, std::move(placement), std::move(analysis->constants),
                                             "an UPDATE that moves rows");
    if (!stays) return stays.error();
    stays->routing = std::make_unique<MovingRouting>(
        std::move(stays->routing), *std::move(gather), *std::move(targets->place),
        std::move(targets->constants), *std::move(targets->values));
    return stays;
}

Result<ShardedPlan> plan_delete(const ShardedStatement& statement, const DeleteStatement& deletion) {
    Result<Analysis> analysis = Analyzer(statement.tree, statement.lookup()).analyze(deletion);
    if (!analysis) return analysis.error();
    Placement placement = place(*analysis, statement.tree.tokens);
    if (!placement.sharded) return change_reference(statement, *analysis);
    Result<DeleteTargets> targets = delete_targets(statement, *analysis, deletion);
    if (!targets) return targets.error();
    const bool entries = std::ranges::any_of(targets->changed, [&](std::uint32_t target) {
        const TableInstance& instance = analysis->instances[target];
        return owned_lookups(statement.base.schema, *instance.keyspace, *instance.table) != nullptr;
    });
    std::string obstacle = deletion.limit != nullptr ? "DELETE with LIMIT" : "";
    if (obstacle.empty()) obstacle = effects_obstacle(statement.effects.set);
    if (obstacle.empty()) obstacle = placement.obstacle;
    if (!entries && (obstacle.empty() || statement.keyspace().shard_count() == 1)) {
        return by_placement(statement, std::move(placement), std::move(analysis->constants),
                            std::move(obstacle));
    }
    Result<Analysis> rows = Analyzer(statement.tree, gather_lookup(statement)).analyze(deletion);
    if (!rows) return rows.error();
    Change change{"DELETE",
                  deletion.ignore,
                  !deletion.returning.empty(),
                  deletion.where,
                  deletion.order_by,
                  deletion.limit,
                  targets->changed,
                  targets->qualifiers,
                  {},
                  false,
                  entries};
    change.gathered.deletes = true;
    Result<std::unique_ptr<const Routing>> gather = gather_of(statement, *std::move(rows), std::move(change));
    if (entries) {
        std::optional<UpkeepRouting::Parts> upkeep =
            obstacle.empty() ? upkeep_of(statement, *analysis, deletion) : std::nullopt;
        return with_entries(statement, *analysis, std::move(placement), std::move(upkeep), std::move(gather));
    }
    if (!gather && placement.constraints.empty()) return gather.error();
    return by_placement(statement, std::move(placement), std::move(analysis->constants), std::move(obstacle),
                        gather ? *std::move(gather) : nullptr);
}

}  // namespace leasehold::router
