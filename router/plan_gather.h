// Plans of gathers; see gather_plan.h. Pure. Internal to the planner.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "router/gather_plan.h"
#include "router/sharded_plan.h"

namespace leasehold::router {

// Errors: 1146 for a table that its keyspace does not have, 1105 for what cannot be gathered (SELECT ... INTO
// OUTFILE).
Result<std::unique_ptr<const Routing>> plan_gather(const ShardedStatement& statement, const Query& query);

// INSERT ... SELECT into `columns` of a sharded table, from any rows. Errors: 1105 where an ON DUPLICATE KEY
// UPDATE reads the query's columns or parameters, and for RETURNING.
Result<std::unique_ptr<const Routing>> plan_gather_insert(const ShardedStatement& statement,
                                                          const InsertStatement& insert,
                                                          const std::vector<std::string>& columns);

// The lookup of an Analysis that a gather is made from.
TableLookup gather_lookup(const ShardedStatement& statement);

// What plan_change.cpp finds out of an UPDATE or a DELETE.
struct GatheredChange {
    GatherChange change;
    std::vector<std::uint32_t> changed;     // instances of the analysis, each table once
    bool moves = false;                     // rows may get another place
    bool entries = false;                   // of lookups: they follow
    std::optional<GatherFirst> first;       // then `where` is all that decides which rows are meant
    const Expr* where = nullptr;            // null: every row
    std::vector<std::uint32_t> qualifiers;  // tokens of databases' names in front of a DELETE's tables
};
// `analysis`: made with gather_lookup(). Errors: none of its own.
Result<std::unique_ptr<const Routing>> plan_gather_change(const ShardedStatement& statement,
                                                          Analysis analysis, GatheredChange change);

}  // namespace leasehold::router
