// Rows that are sorted after they were made, because the shards could not sort them: groups by an aggregate.
// Holds them all, or as many as the client wants; within a bound. Pure; used by one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/memory_account.h"
#include "proxy/merge_key.h"

namespace leasehold::proxy {

class MergeSort {
  public:
    // `keep`: so many of the first rows matter. `types` must outlive it.
    MergeSort(RowProtocol protocol, std::span<const RowColumnType> types, std::vector<KeyColumn> keys,
              std::optional<std::uint64_t> keep, std::size_t max_bytes)
        : reader_(protocol, types), keys_(std::move(keys)), keep_(keep), max_bytes_(max_bytes) {}

    enum class Added : std::uint8_t { kept, unreadable, too_much };
    // Copies the row.
    Added add(wire::BytesView row);
    // In order; rows that are equal in all keys as they were added.
    const std::vector<wire::Bytes>& finish();

  private:
    struct Row {
        std::uint64_t number = 0;
        std::vector<KeyValue> keys;
        std::size_t index = 0;  // into rows_
    };
    std::size_t bytes_of(std::size_t row) const;
    bool before(const Row& a, const Row& b) const;
    void drop_beyond();

    RowReader reader_;
    std::vector<KeyColumn> keys_;
    std::optional<std::uint64_t> keep_;
    std::size_t max_bytes_;
    std::size_t bytes_ = 0;
    std::uint64_t added_ = 0;
    std::vector<Row> order_;
    std::vector<wire::Bytes> rows_;
    MemoryCharge memory_{MemoryPart::merges};
};

}  // namespace leasehold::proxy
