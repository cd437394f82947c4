// What is to be done for one statement. A Plan is made once per normalised statement and cached; route()
// turns it and the values of one execution into shards. After routing nothing looks at the SQL again. Thread:
// a plan belongs to the worker whose PlanCache made it.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "router/catalog_use.h"
#include "router/learned_columns.h"
#include "router/needs.h"
#include "router/sql/effects.h"
#include "router/sql/statement_kind.h"
#include "router/topology.h"

namespace leasehold::router {

std::string_view to_string(StatementKind kind);  // label of leasehold_queries_total{statement}

enum class Opcode : std::uint8_t {
    unsharded,       // the one shard of an unsharded keyspace
    by_destination,  // the shard the session targets
    equal_unique,    // one value through a unique vindex
    equal,           // one value through a vindex whose rows stand on any number of shards
    in,              // several values, each to its shard
    subshard,        // the first of a vindex's columns: the shards that share ids with their range
    scatter,         // every shard; rows one shard after another, or affected rows added up
    insert,          // rows split by the primary vindex
    all_shards,      // DDL: every shard, one after another
    any_shard,       // information_schema, SHOW, SELECT without tables: the first shard answers for all
    vindex,          // a vindex asked as a table: its ids are worked out, the first shard does the rest
    gather,          // rows of several shards brought together on one tablet, where the statement runs
    next,            // SELECT NEXT VALUE: ids of a sequence, from what the proxy has leased of it
    session,         // the proxy answers, or it concerns all leases of the session: see SessionStatement
};
std::string_view to_string(Opcode opcode);  // label of leasehold_queries_total{plan}

// Statements that the session carries out itself.
struct Begin {
    std::string options;
};  // what follows START TRANSACTION; empty: plain BEGIN
// Unset: as completion_type says.
struct Commit {
    std::optional<bool> chain;
    std::optional<bool> release;
};
struct Rollback {
    std::optional<bool> chain;
    std::optional<bool> release;
};
struct Savepoint {
    enum class Verb { set, release, rollback_to } verb;
    std::string name;
};  // name as written, quotes kept
struct Use {
    std::string target;
};
struct SetVariables {};  // effects.assignments says what; only for a sharded keyspace or none
struct Kill {
    bool query_only = false;
    std::uint64_t id = 0;
    std::string expression{};  // not empty: the id is its value
};
struct ShowProxy {  // answered by the proxy; `like` is the pattern's text, `where` SQL; or empty
    enum class What {
        processlist,
        full_processlist,
        keyspaces,
        vitess_shards,
        vitess_tablets,
        vschema_tables,
        databases
    } what;
    std::string like;
    std::string where{};
};
struct ExplainRoute {
    std::string sql;
};
struct Nothing {};  // a text of comments alone
// PREPARE, EXECUTE and DEALLOCATE PREPARE on a sharded keyspace. Names are in lower case.
struct TextArgument {
    bool variable = false;
    std::string text;  // a user variable's name, or a literal as written
};
struct PrepareText {
    std::string name;
    TextArgument text;
};
struct ExecuteText {
    std::string name;                       // empty: EXECUTE IMMEDIATE
    std::optional<TextArgument> immediate;  // its text
    std::vector<TextArgument> arguments;
};
struct DeallocateText {
    std::string name;
};
using SessionStatement =
    std::variant<std::monostate, Nothing, Begin, Commit, Rollback, Savepoint, Use, SetVariables, Kill,
                 ShowProxy, ExplainRoute, PrepareText, ExecuteText, DeallocateText>;

// The part of a route that one shard gets.
struct ShardQuery {
    std::uint16_t shard = 0;         // index into Keyspace::shards
    std::optional<std::string> sql;  // unset: the client's own text, unchanged
    std::vector<std::uint16_t>
        params;  // with `sql` of a prepared statement: which of the client's parameters, in order
};

// A condition that a shard can check, and the columns that the table must have for it (lower case).
struct GatherCondition {
    std::string sql;
    std::vector<std::string> columns;
};

// The first rows of each shard alone: no other row can matter.
struct GatherTop {
    std::string order_by;  // "ORDER BY ..."; empty: any rows
    std::optional<std::uint64_t> limit;
};

class RowPlace;       // router/row_place.h
struct OwnedLookups;  // router/lookup_owner.h
struct LookupUpkeep;  // router/lookup_upkeep.h

// The rows of one table that a gathered statement needs.
struct GatherRead {
    std::uint16_t keyspace = 0;
    std::string table;
    std::string temporary;              // the name that the statement has for it on the scratch tablet
    std::vector<std::string> copies;    // further names, for servers that open a temporary table once
    std::vector<std::uint16_t> shards;  // of the keyspace; empty: no row can matter
    // Rows matter that fulfil all conditions of one of the table's uses.
    std::vector<std::vector<GatherCondition>> uses;
    std::string partitions;  // "PARTITION (p0)", FOR SYSTEM_TIME ...; as written
    std::string locking;     // "FOR UPDATE" and its like
    std::optional<GatherTop> top;
    bool changes = false;  // the statement is one that changes rows of it
    // Where its rows belong; set when the statement may give them another place.
    std::shared_ptr<const RowPlace> place;
    // Whose entries follow the rows that the statement changes; null: none.
    std::shared_ptr<const OwnedLookups> lookups;
};

// INSERT ... SELECT: the statement of the gather makes `table` of the query's rows, which are then inserted
// batch by batch: head, rows, tail.
struct GatherInsert {
    std::string table;
    std::string head;  // "INSERT INTO `t` (`a`, `b`) VALUES "
    std::string tail;  // " ON DUPLICATE KEY UPDATE ..."; empty: none
    // Of the table, where not all are the rows'; lower case.
    std::optional<std::set<std::string, std::less<>>> columns = std::nullopt;
};

// UPDATE or DELETE: what the statement did to the gathered rows is then done to the rows on their shards.
struct GatherChange {
    bool deletes = false;
    std::set<std::string, std::less<>> assigned;  // lower case; the columns that SET names
};

// What is brought together, and what runs there then.
struct GatherRoute {
    std::vector<GatherRead> reads;
    bool all_columns = true;
    std::set<std::string, std::less<>> names;  // lower case; otherwise: what can be a column that is needed
    ShardQuery statement;
    ShardQuery statement_on_copies;
    std::optional<GatherInsert> insert;
    std::optional<GatherChange> change;
};

struct LoadRoute;                   // router/load_routing.h
enum class KeyForm : std::uint8_t;  // router/merge_layout.h

struct Route {
    std::uint16_t keyspace = 0;      // index into Topology::keyspaces
    std::vector<ShardQuery> shards;  // in shard order; never empty unless it gathers
    std::shared_ptr<const GatherRoute> gather = nullptr;
    // Set: the shards' rows are for the plan's merge, which asked for its keys' weights in these forms.
    std::optional<std::vector<KeyForm>> merged = std::nullopt;
    std::shared_ptr<const LoadRoute> load = nullptr;       // the client's file is split over the shards
    std::optional<std::uint64_t> first_id = std::nullopt;  // of those that a sequence gave to the rows
    std::shared_ptr<const LookupUpkeep> upkeep = nullptr;  // entries of lookups that change with the rows
};

class MergePlan;  // router/merge_plan.h

// How a Plan finds its shards; the kinds are in router/routing.h.
class Routing {
  public:
    virtual ~Routing() = default;
    virtual Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const = 0;
    // Whether need() may ask for something.
    virtual bool asks_first() const { return false; }
    // What has to be asked of tablets before this execution can be routed; nothing when `had` is enough.
    virtual Result<std::optional<Need>> need(std::span<const SqlValue>, const Supplies&) const {
        return std::optional<Need>();
    }
    // With what was asked for.
    virtual Result<Route> route_with(std::string_view sql, std::span<const SqlValue> values,
                                     const Supplies&) const {
        return route(sql, values);
    }
    // What the shards get, in words, for EXPLAIN ROUTE.
    virtual std::string describe() const = 0;
    // What it holds in memory, for the plan cache's bound.
    virtual std::size_t bytes() const = 0;
};

class Plan : public boost::intrusive_ref_counter<Plan, boost::thread_unsafe_counter> {
  public:
    StatementKind kind = StatementKind::unknown;
    Opcode opcode = Opcode::unsharded;
    Effects effects;
    bool read_only = false;  // a plain read: may be sent again when its connection died before an answer
    bool returns_rows = false;
    bool may_use_tables = true;  // false for SELECT 1: what is kept for the next transaction is still kept
    bool asks_first = false;     // its routing may need() something
    // Set: it cannot be planned before the columns of this table are learned (PlanCache::learn_columns).
    std::optional<KeyspaceTable> wants_columns;
    bool uses_learned_columns = false;
    CatalogUse catalog = CatalogUse::none;  // then the text is to be written for the tablet: router/catalog.h
    // The answer may hold names of databases: SHOW, reports on tables, EXPLAIN.
    bool shows_names = false;
    bool inserts_query = false;          // INSERT ... SELECT, CREATE TABLE ... SELECT
    bool inserts_unseen_values = false;  // INSERT ... SELECT, ON DUPLICATE KEY UPDATE: not those in the text
    std::optional<std::uint16_t> keyspace;   // unset for session statements that need none
    SessionStatement session;                // for Opcode::session
    std::string prepared_as;                 // what tablets prepare in its place; empty: the text itself
    std::unique_ptr<const Routing> routing;  // for every other opcode
    // What makes one answer of several shards' rows; null: one after another.
    std::shared_ptr<const MergePlan> merge;
};
using PlanRef = boost::intrusive_ptr<const Plan>;

}  // namespace leasehold::router
