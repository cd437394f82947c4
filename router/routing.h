// The ways in which a plan finds its shards. Immutable; the planner makes them, PlanCache::route() asks them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "router/generated_ids.h"
#include "router/insert_upkeep.h"
#include "router/plan.h"
#include "router/schema.h"
#include "router/statement_text.h"
#include "router/value_ref.h"

namespace leasehold::router {

class ShardSet;

// What all routings of one keyspace share. `schema` keeps `keyspace` alive.
struct RoutingBase {
    std::shared_ptr<const Schema> schema;
    const KeyspaceSchema* keyspace = nullptr;
    TextRules text;
};

// The same shards whatever the values are.
class FixedRouting final : public Routing {
  public:
    FixedRouting(RoutingBase base, std::vector<std::uint16_t> shards, std::string words)
        : base_(std::move(base)), shards_(std::move(shards)), words_(std::move(words)) {}
    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override;
    std::string describe() const override { return words_; }
    std::size_t bytes() const override;

  private:
    RoutingBase base_;
    std::vector<std::uint16_t> shards_;
    std::string words_;
};

// One table's rows are restricted to the shards of these values, or all stand on one shard.
struct KeyConstraint {
    std::string what;  // "customer.id", for messages
    std::string vindex_name;
    std::shared_ptr<const Vindex> vindex;  // null: a table pinned to `shard`
    std::uint16_t shard = 0;
    bool list = false;        // IN: any of the keys; otherwise one key
    bool null_safe = false;   // <=>: NULL equals NULL
    std::size_t columns = 1;  // how many values a key of a list has
    std::vector<ValueRef> values;
    bool partial() const { return vindex != nullptr && (list ? columns : values.size()) < vindex->columns(); }
};

// A list of values or rows of which each shard gets its own.
struct SplitList {
    std::vector<TokenSpan> elements;
    TokenSpan span() const { return {elements.front().first, elements.back().last}; }
};

// The shards follow from values in the statement. All constraints meeting on one shard is always answered;
// several shards only when nothing stands against it.
class KeyedRouting final : public Routing {
  public:
    KeyedRouting(RoutingBase base, Constants constants, std::vector<KeyConstraint> constraints,
                 std::optional<SplitList> split, std::string obstacle,
                 std::unique_ptr<const Routing> gather = nullptr)
        : base_(std::move(base)),
          constants_(std::move(constants)),
          constraints_(std::move(constraints)),
          split_(std::move(split)),
          obstacle_(std::move(obstacle)),
          gather_(std::move(gather)) {}
    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override;
    // Of lookup vindexes: routing_lookup.cpp.
    bool asks_first() const override;
    Result<std::optional<Need>> need(std::span<const SqlValue> values, const Supplies& had) const override;
    Result<Route> route_with(std::string_view sql, std::span<const SqlValue> values,
                             const Supplies& supplies) const override;
    std::string describe() const override;
    std::size_t bytes() const override;

  private:
    Result<Route> despite_obstacle(std::string_view sql, std::span<const SqlValue> values) const;
    Result<Route> route_list(std::string_view sql, std::span<const SqlValue> values) const;
    Result<Route> route_all(std::string_view sql, std::span<const SqlValue> values) const;
    Route to_shard(std::uint16_t shard, std::string_view sql) const;
    Route to_shards(const ShardSet& shards, std::string_view sql) const;

    RoutingBase base_;
    Constants constants_;
    std::vector<KeyConstraint> constraints_;
    std::optional<SplitList> split_;         // of the only constraint, when it is a list
    std::string obstacle_;                   // what keeps the statement from several shards; empty: nothing
    std::unique_ptr<const Routing> gather_;  // answers then; null: the statement is refused
};

// On which shards of the keyspace rows are that the constraint leaves.
void add_shards(ShardSet& shards, const KeyConstraint& constraint, const Constants& constants,
                std::span<const SqlValue> values);

// INSERT and REPLACE: each row to the shard that its primary vindex says.
class InsertRouting final : public Routing {
  public:
    struct Rows {
        std::string what;  // "customer.id"
        std::string vindex_name;
        std::shared_ptr<const Vindex> vindex;  // null: a table pinned to `shard`
        std::uint16_t shard = 0;
        std::size_t count = 0;
        std::size_t columns = 1;           // of the vindex
        std::vector<ValueRef> keys;        // `columns` values a row
        std::optional<GeneratedIds> ids;   // of a column that a sequence fills
        SplitList split;                   // of INSERT ... SET: all assignments are one row
        std::string obstacle;              // what keeps the statement from several shards; empty: nothing
        std::optional<InsertCells> cells;  // of lookups whose entries are kept or checked
    };

    InsertRouting(RoutingBase base, Constants constants, Rows rows)
        : base_(std::move(base)), constants_(std::move(constants)), rows_(std::move(rows)) {}
    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override;
    bool asks_first() const override { return rows_.ids.has_value(); }
    Result<std::optional<Need>> need(std::span<const SqlValue> values, const Supplies& had) const override;
    Result<Route> route_with(std::string_view sql, std::span<const SqlValue> values,
                             const Supplies& supplies) const override;
    std::string describe() const override;
    std::size_t bytes() const override;

  private:
    using RowsOfShards = std::vector<std::vector<std::uint32_t>>;
    struct Spread {
        RowsOfShards rows_of;
        std::vector<KeyspaceId> ids;  // one a row, where lookups need them
    };

    // `values`: with the sequence's ids behind them.
    Result<Spread> spread(std::span<const SqlValue> values, const AskingRows& asking) const;
    Result<KeyspaceId> id_of_row(std::size_t row, std::optional<std::uint32_t> id,
                                 std::span<const SqlValue> values) const;
    Result<Route> route_rows(std::string_view sql, std::span<const SqlValue> values, const Spread& spread,
                             const AskingRows& asking, const Supplies& supplies) const;
    Result<Route> cut(std::string_view sql, const RowsOfShards& rows_of, const IdWriter* ids) const;
    Result<Route> cut_rows(std::string_view sql, const Spread& spread, const IdWriter* ids) const;
    // Of lookups: routing_insert_lookups.cpp.
    Result<std::shared_ptr<const LookupUpkeep>> upkeep(std::string_view sql, std::span<const SqlValue> values,
                                                       const Spread& spread, const AskingRows& asking,
                                                       const Supplies& supplies) const;

    RoutingBase base_;
    Constants constants_;
    Rows rows_;
};

}  // namespace leasehold::router
