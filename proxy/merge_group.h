// Groups of merged rows: rows come in the order of their keys, and those with equal keys become one row, made
// from the first of them and the aggregates. Holds one group. Pure; used by one thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "proxy/merge_aggregate.h"
#include "proxy/merge_key.h"
#include "proxy/merge_row.h"

namespace leasehold::proxy {

class MergeGroup {
  public:
    // `keys`, `types` and `aggregates` must outlive it.
    MergeGroup(RowProtocol protocol, std::span<const RowColumnType> types, std::span<const KeyColumn> keys,
               std::span<const AggregateColumn> aggregates)
        : reader_(protocol, types), writer_(protocol), keys_(keys), columns_(aggregates) {}

    bool open() const { return open_; }
    bool has(std::span<const KeyValue> keys) const { return compare(keys_, values_, keys) == 0; }
    // False: a row that cannot be read.
    bool start(wire::BytesView row);
    bool add(std::span<const RowCell> cells);
    // The group's row, hidden columns and all; a view until the next call. No group is open behind it.
    wire::BytesView finish();
    std::size_t bytes() const { return first_.size() + row_.size(); }

  private:
    RowReader reader_;
    RowWriter writer_;
    std::span<const KeyColumn> keys_;
    std::span<const AggregateColumn> columns_;
    bool open_ = false;
    wire::Bytes first_;  // the group's first row, which the keys and most cells are of
    wire::Bytes row_;
    std::vector<KeyValue> values_;
    std::vector<Aggregate> aggregates_;
};

}  // namespace leasehold::proxy
