// INSERT ... SELECT: within one shard, or with its rows brought together first.
#include <memory>
#include <optional>
#include <utility>

#include "base/mysql_errors.h"
#include "router/insert_target.h"
#include "router/plan_gather.h"

namespace leasehold::router {

namespace {

class InsertQueryPlanner {
  public:
    explicit InsertQueryPlanner(const InsertTarget& target) : target_(target) {}

    // On one shard where the rows that are read and those that are written stand there; else the rows are
    // brought together and inserted like any others.
    Result<ShardedPlan> within_or_gathered() {
        Result<ShardedPlan> within = within_one_shard();
        if (!within && within.error().code != mysql_error::unknown_error) return within;
        if (target_.statement.keyspace().shard_count() == 1) return within;
        for (const std::string& column : target_.primary().columns) {
            if (!target_.position_of(column)) return within;
        }
        Result<std::unique_ptr<const Routing>> gather =
            plan_gather_insert(target_.statement, target_.insert, target_.columns);
        if (!gather) return within ? std::move(within) : Result<ShardedPlan>(gather.error());
        if (!within) return ShardedPlan{Opcode::gather, *std::move(gather)};
        return within_one_shard(*std::move(gather));
    }

    // Which rows ask for an id and which entries of lookups they have shows only in the rows: they are always
    // brought together, and inserted as any others.
    Result<ShardedPlan> by_rows() {
        for (const std::string& column : target_.primary_columns()) {
            if (target_.position_of(column) || target_.is_generated(column)) continue;
            return target_.refuse("INSERT ... SELECT without a value for vindex column " +
                                  target_.table.name + "." + column);
        }
        if (target_.table.auto_increment && !target_.table.sequence) {
            return target_.refuse("a value of " + target_.table.auto_increment->column + " from sequence " +
                                  target_.table.auto_increment->sequence +
                                  ", which is no sequence of the vschema,");
        }
        if (target_.statement.effects.set.has(Effect::sets_last_insert_id))
            return target_.refuse(
                "LAST_INSERT_ID(expression) in an INSERT ... SELECT whose rows go one by one");
        Result<std::unique_ptr<const Routing>> gather =
            plan_gather_insert(target_.statement, target_.insert, target_.columns);
        if (!gather) return gather.error();
        return ShardedPlan{Opcode::gather, *std::move(gather)};
    }

  private:
    Result<ShardedPlan> within_one_shard(std::unique_ptr<const Routing> gather = nullptr) {
        Result<Analysis> analysis =
            Analyzer(target_.statement.tree, target_.statement.lookup()).analyze_source(target_.insert);
        if (!analysis) return analysis.error();
        constants_ = std::move(analysis->constants);
        Placement placement = place(*analysis, target_.statement.tree.tokens);
        if (placement.sharded && placement.constraints.empty())
            return target_.refuse("INSERT ... SELECT from several shards");
        const auto* select = target_.insert.query->body->as<SelectCore>();
        KeyConstraint written;
        written.what = target_.table.name + "." + target_.primary().columns.front();
        written.vindex_name = target_.primary().name;
        written.vindex = target_.primary().vindex;
        for (const std::string& column : target_.primary().columns) {
            const std::optional<std::size_t> position = target_.position_of(column);
            const bool plain =
                select != nullptr && position && select->items.size() == target_.columns.size();
            const std::optional<ValueRef> ref =
                plain ? selected_value(*select->items[*position].expr, *analysis) : std::nullopt;
            if (!ref)
                return target_.refuse("INSERT ... SELECT whose value of " + target_.table.name + "." +
                                      column + " is not in the text");
            written.values.push_back(*ref);
        }
        placement.constraints.push_back(std::move(written));
        placement.split.reset();
        return by_placement(target_.statement, std::move(placement), std::move(constants_),
                            "INSERT ... SELECT", std::move(gather));
    }

    // A literal of the select list, or a column that the query's WHERE holds equal to one.
    std::optional<ValueRef> selected_value(const Expr& expr, const Analysis& analysis) {
        if (const auto* column = expr.as<ColumnExpr>()) {
            const std::optional<InstanceColumn> resolved =
                analysis.top ? analysis.resolve(*analysis.top, *column) : std::nullopt;
            if (!resolved) return std::nullopt;
            const TableInstance& instance = analysis.instances[resolved->instance];
            if (analysis.scopes[instance.scope].sources[instance.source].nullable) return std::nullopt;
            for (const Restriction& restriction : analysis.restrictions) {
                const InstanceColumn& restricted = analysis.columns[restriction.column];
                if (!restriction.list && !restriction.null_safe &&
                    restricted.instance == resolved->instance && restricted.name == resolved->name) {
                    return restriction.values.front();
                }
            }
            return std::nullopt;
        }
        return constants_.ref_to(expr, target_.statement.tree, target_.statement.prepared);
    }

    const InsertTarget& target_;
    Constants constants_;
};

}  // namespace

Result<ShardedPlan> plan_insert_query(const InsertTarget& target, bool by_rows) {
    InsertQueryPlanner planner(target);
    return by_rows ? planner.by_rows() : planner.within_or_gathered();
}

}  // namespace leasehold::router
