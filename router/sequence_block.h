// The ids of one sequence that are in hand, as Vitess leases them: a block of consecutive ids is taken from
// the sequence's table at a time, and its end becomes the table's next_id. Pure. Source of the arithmetic:
// vitess go/vt/vttablet/tabletserver/query_executor.go, execNextval().
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"

namespace leasehold::router {

class SequenceBlock {
  public:
    // The first of `count` ids that follow each other. Nothing: a block has to be added first.
    std::optional<std::uint64_t> take(std::uint64_t count);

    // What next_id has to become, from what the table says, so that `count` ids are in hand after
    // add(next_id, new). Errors: 1467 for a sequence that is at its end, 1105 for a table that makes no
    // sense.
    Result<std::int64_t> plan_growth(std::int64_t next_id, std::int64_t cache, std::uint64_t count) const;

    // The ids [from, to) are ours. Where they do not follow what is in hand, that is given up: ids may be
    // left out, never given twice.
    void add(std::int64_t from, std::int64_t to);

    std::uint64_t left() const { return end_ - next_; }

  private:
    std::uint64_t next_ = 0;
    std::uint64_t end_ = 0;
};

}  // namespace leasehold::router
