// Where rows of one table belong, by the values of its primary vindex's columns. Immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/schema.h"

namespace leasehold::router {

class RowPlace {
  public:
    // `table`: of the keyspace, which is the schema's, and with a primary vindex of a known type.
    RowPlace(std::shared_ptr<const Schema> schema, const KeyspaceSchema& keyspace, const SchemaTable& table)
        : schema_(std::move(schema)),
          keyspace_(&keyspace),
          table_(table.name),
          vindex_(table.vindexes.front()) {}

    // Of the vindex, in order; lower case.
    const std::vector<std::string>& columns() const { return vindex_.columns; }
    // "customer.id", for messages.
    std::string what() const { return table_ + "." + vindex_.columns.front(); }
    const std::string& vindex_name() const { return vindex_.name; }
    // One value a column. Unset: no row can have these.
    std::optional<KeyspaceId> id_of(std::span<const SqlValue> values) const {
        return vindex_.vindex->place(values);
    }
    std::optional<std::uint16_t> shard_of(std::span<const SqlValue> values) const {
        const std::optional<KeyspaceId> id = id_of(values);
        if (!id) return std::nullopt;
        return keyspace_->shard_of(*id);
    }
    std::uint16_t shard_of_id(std::string_view id) const { return keyspace_->shard_of(id); }

  private:
    std::shared_ptr<const Schema> schema_;
    const KeyspaceSchema* keyspace_;
    std::string table_;
    TableVindex vindex_;
};

}  // namespace leasehold::router
