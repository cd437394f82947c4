// LOAD DATA.
#include <algorithm>

#include "base/mysql_errors.h"
#include "router/load_routing.h"
#include "router/lookup_owner.h"
#include "router/sharded_plan.h"
#include "router/sql/fold.h"
#include "router/unsupported.h"

namespace leasehold::router {

Result<ShardedPlan> plan_load(const ShardedStatement& statement, const LoadDataStatement& load) {
    const KeyspaceSchema& keyspace = statement.keyspace();
    const auto refuse = [&](std::string_view what) { return unsupported_when_sharded(what, keyspace); };
    if (load.xml) return refuse("LOAD XML");
    if (!load.local) return refuse("LOAD DATA without LOCAL: the file is the shard's own");
    if (statement.tree.tokens.executable_comments)
        return refuse("LOAD DATA with a comment that servers execute");
    const SchemaTable* table = keyspace.find_table(load.table.table.text);
    if (table == nullptr) {
        const std::string& name = keyspace.keyspace().name;
        return make_error(mysql_error::no_such_table,
                          "Table '" + name + "." + std::string(load.table.table.text) +
                              "' doesn't exist in the vschema of keyspace " + name);
    }
    if (statement.tree.statement->tables.size() > 1) return refuse("a subquery in a LOAD DATA");
    if (table->pinned) {
        return ShardedPlan{Opcode::equal_unique,
                           std::make_unique<FixedRouting>(statement.base, std::vector{*table->pinned},
                                                          "the shard of pinned table " + table->name)};
    }
    const std::shared_ptr<const OwnedLookups> owned = owned_lookups(statement.base.schema, keyspace, *table);
    const std::vector<LookupUse> verified = verified_lookups(keyspace, *table);
    std::string needs;  // what the place alone does not give
    if (!verified.empty()) needs = "lookup vindex " + verified.front().vindex + " is asked";
    if (owned != nullptr) needs = "entries of lookup vindex " + owned->lookups.front().vindex;
    if (keyspace.shard_count() == 1 && needs.empty()) {
        return ShardedPlan{
            Opcode::insert,
            std::make_unique<FixedRouting>(statement.base, std::vector<std::uint16_t>{0}, "the only shard")};
    }
    LoadRoute route;
    route.table = table->name;
    route.first_clause = tokens_of(statement.tree.tokens, load.table_range).last;
    Result<LoadClauses> clauses = parse_load_clauses(statement.tree.tokens, route.first_clause);
    if (!clauses) return clauses.error();
    route.clauses = *std::move(clauses);
    if (table->type == TableType::reference) {
        if (!table->source.empty())
            return refuse("changing reference table " + table->name + ", whose source is " + table->source);
        return ShardedPlan{Opcode::all_shards,
                           std::make_unique<LoadRouting>(statement.base, std::move(route))};
    }
    const auto unknown = [](const TableVindex& use) { return use.vindex == nullptr; };
    if (table->vindexes.empty() || std::ranges::any_of(table->vindexes, unknown))
        return refuse("LOAD DATA into " + table->name + ", which has a vindex of an unknown type");
    route.place.emplace(statement.base.schema, keyspace, *table);
    for (const std::string& column : route.place->columns()) {
        const auto& set = route.clauses.set;
        const bool computed = std::ranges::find(set, column) != set.end();
        if (computed && needs.empty()) needs = "SET computes " + table->name + "." + column;
        const auto& listed = route.clauses.columns;
        const bool generated = table->auto_increment && table->auto_increment->column == column;
        if (listed && !computed && !generated && std::ranges::find(*listed, column) == listed->end())
            return refuse("LOAD DATA without a value for vindex column " + table->name + "." + column);
    }
    if (table->auto_increment) {
        route.generated = table->auto_increment->column;
        route.sequence =
            table->name + "." + route.generated + " from sequence " + table->auto_increment->sequence;
        const auto& listed = route.clauses.columns;
        const auto& set = route.clauses.set;
        const bool given = !listed || std::ranges::find(*listed, route.generated) != listed->end();
        if ((!given || std::ranges::find(set, route.generated) != set.end()) && needs.empty())
            needs = "a value of " + route.sequence;
    }
    if (!needs.empty()) {
        if (equal_folded(statement.tree.tokens.tokens[route.first_clause].text(statement.tree.sql()),
                         "partition"))
            return refuse("LOAD DATA into a partition of " + table->name + " (" + needs + ")");
        route.verb = load.replace ? "REPLACE" : "INSERT IGNORE";
        route.table_name = tokens_of(statement.tree.tokens, load.table_range);
        route.needs = std::move(needs);
        for (const LookupUse& use : verified) route.seen.push_back(use.column);
        if (owned != nullptr) {
            for (const LookupUse& use : owned->lookups) route.seen.push_back(use.column);
        }
    }
    return ShardedPlan{Opcode::insert, std::make_unique<LoadRouting>(statement.base, std::move(route))};
}

}  // namespace leasehold::router
