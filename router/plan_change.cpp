// UPDATE and DELETE.
#include <algorithm>

#include "router/lookup_owner.h"
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

bool is_vindex_column(const SchemaTable& table, std::string_view lower_case) {
    return std::ranges::any_of(table.vindexes, [&](const TableVindex& use) {
        return std::ranges::find(use.columns, lower_case) != use.columns.end();
    });
}

// An error where a SET names a column that places rows, or a table that every shard has.
std::optional<Error> check_assignments(const ShardedStatement& statement, const Analysis& analysis,
                                       const UpdateStatement& update) {
    for (const ColumnAssignment& assignment : update.set) {
        const std::string column = to_lower(assignment.column->column.text);
        const std::optional<InstanceColumn> target = analysis.resolve(*analysis.top, *assignment.column);
        for (std::uint32_t i = 0; i < analysis.instances.size(); ++i) {
            const TableInstance& instance = analysis.instances[i];
            if (instance.scope != *analysis.top || (target && target->instance != i)) continue;
            if (is_vindex_column(*instance.table, column)) {
                return unsupported_when_sharded(
                    "UPDATE of vindex column " + instance.table->name + "." + column, statement.keyspace());
            }
            if (instance.table->type == TableType::reference) {
                return unsupported_when_sharded(
                    "UPDATE of reference table " + instance.table->name + " together with other tables",
                    statement.keyspace());
            }
        }
    }
    return std::nullopt;
}

std::optional<Error> check_targets(const ShardedStatement& statement, const Analysis& analysis,
                                   const DeleteStatement& deletion) {
    const std::vector<Source>& sources = analysis.scopes[*analysis.top].sources;
    for (const TableName& target : deletion.targets) {
        const auto source = std::ranges::find(sources, target.table.text, &Source::alias);
        if (source == sources.end() || !source->instance) continue;
        const SchemaTable& table = *analysis.instances[*source->instance].table;
        if (table.type == TableType::reference) {
            return unsupported_when_sharded(
                "DELETE from reference table " + table.name + " together with other tables",
                statement.keyspace());
        }
    }
    return std::nullopt;
}

}  // namespace

Result<ShardedPlan> plan_update(const ShardedStatement& statement, const UpdateStatement& update) {
    Result<Analysis> analysis = Analyzer(statement.tree, statement.lookup()).analyze(update);
    if (!analysis) return analysis.error();
    Placement placement = place(*analysis, statement.tree.tokens);
    if (!placement.sharded) return change_reference(statement, *analysis);
    if (std::optional<Error> error = check_assignments(statement, *analysis, update))
        return *std::move(error);
    return by_placement(statement, std::move(placement), std::move(analysis->constants),
                        update.limit != nullptr ? "UPDATE with LIMIT" : "");
}

Result<ShardedPlan> plan_delete(const ShardedStatement& statement, const DeleteStatement& deletion) {
    Result<Analysis> analysis = Analyzer(statement.tree, statement.lookup()).analyze(deletion);
    if (!analysis) return analysis.error();
    Placement placement = place(*analysis, statement.tree.tokens);
    if (!placement.sharded) return change_reference(statement, *analysis);
    if (std::optional<Error> error = check_targets(statement, *analysis, deletion)) return *std::move(error);
    if (std::optional<Error> error = check_lookups_of_delete(statement.keyspace(), *analysis))
        return *std::move(error);
    return by_placement(statement, std::move(placement), std::move(analysis->constants),
                        deletion.limit != nullptr ? "DELETE with LIMIT" : "");
}

}  // namespace leasehold::router
