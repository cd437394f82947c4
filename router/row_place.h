// Where rows of one table belong, by the values of its primary vindex's columns. Immutable; any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "router/schema.h"

namespace leasehold::router {

// Whether other tables say where the table's rows are: changes that do not go through the table's own
// statements would leave them behind. True as well where it is not known.
inline bool has_lookups(const SchemaTable& table) {
    constexpr int lookup_cost = 10;
    return std::ranges::any_of(table.vindexes, [](const TableVindex& use) {
        return use.vindex == nullptr || use.vindex->cost() >= lookup_cost;
    });
}

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
    std::optional<std::uint16_t> shard_of(std::span<const SqlValue> values) const {
        const std::optional<KeyspaceId> id = vindex_.vindex->place(values);
        if (!id) return std::nullopt;
        return keyspace_->shard_of(*id);
    }

  private:
    std::shared_ptr<const Schema> schema_;
    const KeyspaceSchema* keyspace_;
    std::string table_;
    TableVindex vindex_;
};

}  // namespace leasehold::router
