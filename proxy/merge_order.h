// Which of several shards has the next row: a heap of their rows' keys. Most comparisons end at the beginning
// of the first key, which is held as one number. Pure; used by one thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "proxy/merge_key.h"

namespace leasehold::proxy {

class MergeOrder {
  public:
    // Without columns the shards come one after another.
    MergeOrder(std::vector<KeyColumn> columns, std::size_t shards)
        : columns_(std::move(columns)), keys_(shards * columns_.size()), beginnings_(shards) {}

    // A shard's row. False: its keys cannot be read. The row's bytes must stay until it is the next one and
    // pop() or replace_next() was called.
    bool push(std::size_t shard, std::span<const RowCell> cells);
    bool empty() const { return heap_.empty(); }
    std::size_t next() const { return heap_.front(); }
    std::span<const KeyValue> next_keys() const { return keys_of(heap_.front()); }
    // The next shard has another row, or none.
    bool replace_next(std::span<const RowCell> cells);
    void pop();

    std::span<const KeyColumn> columns() const { return columns_; }

  private:
    bool read(std::size_t shard, std::span<const RowCell> cells);
    std::span<const KeyValue> keys_of(std::size_t shard) const {
        return std::span(keys_).subspan(shard * columns_.size(), columns_.size());
    }
    bool before(std::size_t a, std::size_t b) const;
    void sink();

    std::vector<KeyColumn> columns_;
    std::vector<KeyValue> keys_;             // by shard
    std::vector<std::uint64_t> beginnings_;  // by shard
    std::vector<std::size_t> heap_;          // shards, the next one in front
};

}  // namespace leasehold::proxy
