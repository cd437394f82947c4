// Plans for statements on a sharded keyspace, one function a kind of statement. Pure. Internal to the
// planner.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "router/analysis.h"
#include "router/learned_columns.h"
#include "router/placement.h"
#include "router/plan.h"
#include "router/routing.h"
#include "router/sql/parser.h"

namespace leasehold::router {

struct ShardedStatement {
    const ParseTree& tree;
    const Effects& effects;
    RoutingBase base;
    bool prepared = false;
    bool gathers = false;  // see PlanRequest
    const LearnedColumns* learned = nullptr;

    const KeyspaceSchema& keyspace() const { return *base.keyspace; }
    TableLookup lookup() const { return {base.keyspace, prepared}; }
};

struct ShardedPlan {
    Opcode opcode = Opcode::any_shard;
    std::unique_ptr<const Routing> routing;
    std::shared_ptr<const MergePlan> merge = nullptr;           // of the rows of several shards
    std::optional<KeyspaceTable> wants_columns = std::nullopt;  // see Plan
    bool uses_learned_columns = false;
};

// Any statement by its kind. Errors: 1064, 1105 "unsupported: ...", 1146.
Result<ShardedPlan> plan_sharded(const ShardedStatement& statement);

Result<ShardedPlan> plan_select(const ShardedStatement& statement, const Query& query);  // plan_select.cpp
// Tables of several keyspaces: always a gather.
Result<ShardedPlan> plan_select_of_keyspaces(const ShardedStatement& statement, const Query& query);
Result<ShardedPlan> plan_update(const ShardedStatement& statement,
                                const UpdateStatement& update);  // plan_change.cpp
Result<ShardedPlan> plan_delete(const ShardedStatement& statement,
                                const DeleteStatement& deletion);  // plan_change.cpp
Result<ShardedPlan> plan_insert(const ShardedStatement& statement,
                                const InsertStatement& insert);  // plan_insert.cpp

Result<ShardedPlan> plan_load(const ShardedStatement& statement,
                              const LoadDataStatement& load);  // plan_load.cpp

// ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR, CACHE INDEX, LOAD INDEX: one row a table, from each server.
bool reports_on_tables(const TokenList& tokens);

// What they share.
ShardedPlan to_any_shard(const ShardedStatement& statement, std::string words);
ShardedPlan to_all_shards(const ShardedStatement& statement, Opcode opcode, std::string words);
// By the placement's values, else to every shard. `obstacle`: what the statement's form has against several
// shards.
// Where something stands against it, `gather` answers; without one the statement is refused.
Result<ShardedPlan> by_placement(const ShardedStatement& statement, Placement placement, Constants constants,
                                 std::string obstacle, std::unique_ptr<const Routing> gather = nullptr);

}  // namespace leasehold::router
