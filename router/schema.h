// A topology made ready for the planner: tables with their vindexes, shards found by keyspace id. Built once
// a PlanCache; immutable, so plans may share it. Names of tables are case sensitive, those of columns are in
// lower case.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "router/needs.h"
#include "router/topology.h"
#include "router/vindex.h"

namespace leasehold::router {

struct TableVindex {
    std::string name;
    std::shared_ptr<const Vindex> vindex;  // null: of a type that make_vindex() does not know
    std::vector<std::string> columns;      // lower case
};

struct SchemaTable {
    std::string name;
    TableType type = TableType::sharded;
    std::string source;
    std::vector<TableVindex> vindexes;    // the first is the primary one
    std::optional<std::uint16_t> pinned;  // the shard of all its rows
    std::vector<std::string> columns;     // lower case; empty: not known
    bool columns_complete = false;
    std::optional<AutoIncrement> auto_increment;  // column in lower case
    std::optional<SequenceRef> sequence;          // what fills it; unset: the vschema has no such sequence

    // Whether the vschema says that the table has the column; what it does not name may exist all the same.
    bool names_column(std::string_view lower_case) const;
};

class KeyspaceSchema {
  public:
    KeyspaceSchema(const Keyspace& keyspace, std::uint16_t index);

    const Keyspace& keyspace() const { return *keyspace_; }
    std::uint16_t index() const { return index_; }
    bool sharded() const { return keyspace_->vschema.sharded; }
    std::uint16_t shard_count() const { return static_cast<std::uint16_t>(keyspace_->shards.size()); }
    const SchemaTable* find_table(std::string_view name) const;
    // Finds the sequences of its tables.
    void resolve_sequences(const std::vector<KeyspaceSchema>& keyspaces);
    // A table that ids can be taken from: of type `sequence`, or, where the vschema of an unsharded keyspace
    // does not have it (`named`: a qualified name says so), any.
    std::optional<SequenceRef> sequence_ref(std::string_view table, bool named) const;
    // Null: there is none.
    std::shared_ptr<const Vindex> find_vindex(std::string_view name) const;

    // The shard whose range holds the id. Requires ranges that cover all ids, as make_keyspace() checks.
    std::uint16_t shard_of(std::string_view keyspace_id) const;
    // The shards that share ids with the range, in order.
    std::vector<std::uint16_t> shards_of(const KeyRange& range) const;

  private:
    SchemaTable make_table(const std::string& name, const TableSpec& spec) const;

    const Keyspace* keyspace_;
    std::uint16_t index_;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, std::shared_ptr<const Vindex>, Hash, std::equal_to<>> vindexes_;
    std::unordered_map<std::string, SchemaTable, Hash, std::equal_to<>> tables_;
};

class Schema {
  public:
    explicit Schema(std::shared_ptr<const Topology> topology);

    const Topology& topology() const { return *topology_; }
    const KeyspaceSchema& keyspace(std::uint16_t index) const { return keyspaces_[index]; }
    const KeyspaceSchema* find_keyspace(std::string_view name) const;

  private:
    std::shared_ptr<const Topology> topology_;
    std::vector<KeyspaceSchema> keyspaces_;
};

}  // namespace leasehold::router
