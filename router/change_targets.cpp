#include "router/change_targets.h"

#include <algorithm>

#include "router/lookup_owner.h"
#include "router/sql/fold.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

bool has_column(const TableVindex& use, std::string_view lower_case) {
    return std::ranges::find(use.columns, lower_case) != use.columns.end();
}

class Targets {
  public:
    Targets(const ShardedStatement& statement, const Analysis& analysis, const UpdateStatement& update)
        : statement_(statement), analysis_(analysis), update_(update) {}

    Result<UpdateTargets> find() {
        for (const ColumnAssignment& assignment : update_.set) {
            if (std::optional<Error> error = assign(assignment)) return *std::move(error);
        }
        std::ranges::sort(targets_.changed);
        if (targets_.moves && !targets_.changes_entries) find_values();
        return std::move(targets_);
    }

  private:
    std::optional<Error> assign(const ColumnAssignment& assignment) {
        const std::string column = to_lower(assignment.column->column.text);
        const std::optional<InstanceColumn> target = analysis_.resolve(*analysis_.top, *assignment.column);
        for (std::uint32_t i = 0; i < analysis_.instances.size(); ++i) {
            const TableInstance& instance = analysis_.instances[i];
            if (instance.scope != *analysis_.top || (target && target->instance != i)) continue;
            if (instance.table->type == TableType::reference) {
                return unsupported_when_sharded(
                    "UPDATE of reference table " + instance.table->name + " together with other tables",
                    statement_.keyspace());
            }
            if (std::ranges::find(targets_.changed, i) == targets_.changed.end())
                targets_.changed.push_back(i);
            if (std::optional<Error> error = place(*instance.table, column, assignment)) return error;
        }
        return std::nullopt;
    }

    std::optional<Error> place(const SchemaTable& table, const std::string& column,
                               const ColumnAssignment& assignment) {
        const std::vector<TableVindex>& uses = table.vindexes;
        if (std::ranges::none_of(uses, [&](const TableVindex& use) { return has_column(use, column); }))
            return std::nullopt;
        const auto* same = assignment.value->as<ColumnExpr>();
        if (same != nullptr && to_lower(same->column.text) == column && update_.tables_updated.size() == 1 &&
            analysis_.scopes[*analysis_.top].sources.size() == 1)
            return std::nullopt;
        // Another vindex would still lead to where the row was.
        if (!can_change(statement_.keyspace(), table, column)) {
            return unsupported_when_sharded("UPDATE of vindex column " + table.name + "." + column,
                                            statement_.keyspace());
        }
        if (has_column(uses.front(), column)) targets_.moves = true;
        if (uses.size() > 1) targets_.changes_entries = true;
        return std::nullopt;
    }

    void find_values() {
        if (targets_.changed.size() != 1) return;
        const SchemaTable& table = *analysis_.instances[targets_.changed.front()].table;
        std::vector<ValueRef> values;
        for (const std::string& column : table.vindexes.front().columns) {
            // Of several assignments the last one counts.
            const Expr* value = nullptr;
            for (const ColumnAssignment& assignment : update_.set) {
                if (to_lower(assignment.column->column.text) == column) value = assignment.value;
            }
            if (value == nullptr) return;
            const std::optional<ValueRef> ref =
                targets_.constants.ref_to(*value, statement_.tree, statement_.prepared);
            if (!ref) return;
            values.push_back(*ref);
        }
        targets_.place.emplace(statement_.base.schema, statement_.keyspace(), table);
        targets_.values = std::move(values);
    }

    const ShardedStatement& statement_;
    const Analysis& analysis_;
    const UpdateStatement& update_;
    UpdateTargets targets_;
};

}  // namespace

Result<UpdateTargets> update_targets(const ShardedStatement& statement, const Analysis& analysis,
                                     const UpdateStatement& update) {
    return Targets(statement, analysis, update).find();
}

Result<DeleteTargets> delete_targets(const ShardedStatement& statement, const Analysis& analysis,
                                     const DeleteStatement& deletion) {
    DeleteTargets targets;
    const std::vector<Source>& sources = analysis.scopes[*analysis.top].sources;
    if (deletion.targets.empty()) {
        for (const Source& source : sources) {
            if (source.instance) targets.changed.push_back(*source.instance);
        }
        return targets;
    }
    for (const TableName& target : deletion.targets) {
        const auto source = std::ranges::find(sources, target.table.text, &Source::alias);
        if (source == sources.end() || !source->instance) continue;
        const SchemaTable& table = *analysis.instances[*source->instance].table;
        if (table.type == TableType::reference) {
            return unsupported_when_sharded(
                "DELETE from reference table " + table.name + " together with other tables",
                statement.keyspace());
        }
        if (std::ranges::find(targets.changed, *source->instance) == targets.changed.end())
            targets.changed.push_back(*source->instance);
        if (!target.schema.empty())
            targets.qualifiers.push_back(tokens_of(statement.tree.tokens, target.range).first);
    }
    return targets;
}

}  // namespace leasehold::router
