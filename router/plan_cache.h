// Statement text to Plan: normalise, look up, plan on a miss. One cache a worker; LRU, bounded in bytes and
// entries. Keyed by the normalised text, the target, the lexer's SQL mode and whether it is a prepared
// statement. A statement whose effects name things (SET, GET_LOCK('x'), DDL) is keyed by its own text, so its
// values are in the plan.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "router/plan.h"
#include "router/sql/sql_mode.h"

namespace leasehold::router {

struct PlanLimits {
    std::size_t cache_bytes = 32u << 20;
    std::size_t cache_entries = 5000;
    std::size_t max_cached_statement = 16u << 10;  // longer statements are planned each time
    std::size_t max_depth = 200;                   // nesting of expressions and queries
};

struct PlanContext {
    const Target* target = nullptr;
    SqlMode sql_mode;
    bool prepared = false;  // `?` are parameters; their values come with each execution
    // The shards' answers could not be merged: a plan that gathers instead, which is not kept.
    bool gathers = false;
};

// A plan and this statement's own literals, in the order the plan counts them. Views into the statement's
// text or into `storage` (unescaped strings).
struct PlannedStatement {
    PlanRef plan;
    std::vector<SqlValue> literals;
    std::vector<std::unique_ptr<std::string>> storage;
};

struct PlanCacheStats {
    std::uint64_t hits = 0, misses = 0, evictions = 0;
    std::size_t entries = 0, bytes = 0;
};

class PlanCache {
  public:
    PlanCache(std::shared_ptr<const Topology> topology, PlanLimits limits);
    ~PlanCache();
    PlanCache(const PlanCache&) = delete;
    PlanCache& operator=(const PlanCache&) = delete;

    // Errors: 1064 with the position for what cannot be SQL, 1046 no database selected, 1049 unknown
    // keyspace, 1105 "unsupported: ..." for what the router does not reach.
    Result<PlannedStatement> plan(std::string_view sql, const PlanContext& context);

    // The route of one execution: literals for a text statement, bound parameters for a prepared one.
    static Result<Route> route(const Plan& plan, std::string_view sql, std::span<const SqlValue> values);
    // With what plan.routing->need() asked for.
    static Result<Route> route(const Plan& plan, std::string_view sql, std::span<const SqlValue> values,
                               const Supplies& supplies);

    // Of a table that a plan wants_columns of, in lower case, as a row without names has its values.
    void learn_columns(const KeyspaceTable& table, std::vector<std::string> columns);
    // They may have changed: what was planned by them is dropped too. False: there were none.
    bool forget_columns();

    // After a reload: the next statement is planned on the new topology. Plans in use live on until released.
    void replace_topology(std::shared_ptr<const Topology> topology);

    const Topology& topology() const;
    PlanCacheStats stats() const;
    // Drops what was used longest ago, until no more than that is held.
    void shrink(std::size_t to_bytes);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The statements of a multi-statement text, without their separators; comments and empty statements are
// dropped. One view equal to the whole text when there is one. Pure.
std::vector<std::string_view> split_statements(std::string_view sql, SqlMode mode);

}  // namespace leasehold::router
