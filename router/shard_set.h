// A set of shards of one keyspace.
#pragma once

#include <algorithm>
#include <cstdint>
#include <variant>
#include <vector>

#include "router/schema.h"
#include "router/vindex.h"

namespace leasehold::router {

class ShardSet {
  public:
    explicit ShardSet(const KeyspaceSchema& keyspace)
        : keyspace_(keyspace), has_(keyspace.shard_count(), false) {}

    void add(std::uint16_t shard) {
        count_ += has_[shard] ? 0 : 1;
        has_[shard] = true;
    }
    // Calls `each` with every shard of the destination, after adding it.
    template <typename Each>
    void add(const Destination& destination, const Each& each) {
        const auto take = [&](std::uint16_t shard) {
            add(shard);
            each(shard);
        };
        if (const auto* id = std::get_if<KeyspaceId>(&destination)) {
            take(keyspace_.shard_of(*id));
        } else if (const auto* range = std::get_if<KeyRange>(&destination)) {
            for (const std::uint16_t shard : keyspace_.shards_of(*range)) take(shard);
        } else if (std::holds_alternative<AllShards>(destination)) {
            for (std::uint16_t shard = 0; shard < keyspace_.shard_count(); ++shard) take(shard);
        }
    }
    void add(const Destination& destination) {
        add(destination, [](std::uint16_t) {});
    }
    bool has(std::uint16_t shard) const { return has_[shard]; }
    std::size_t count() const { return count_; }
    // The only shard; the first of the keyspace when nothing was added, where the statement finds no rows.
    std::uint16_t first() const {
        const auto found = std::find(has_.begin(), has_.end(), true);
        return found == has_.end() ? std::uint16_t{0} : static_cast<std::uint16_t>(found - has_.begin());
    }

  private:
    const KeyspaceSchema& keyspace_;
    std::vector<bool> has_;
    std::size_t count_ = 0;
};

}  // namespace leasehold::router
