// Where a merge finds its columns in a shard's row: the client's columns first, then hidden ones. Pure.
#pragma once

#include <cstdint>
#include <vector>

namespace leasehold::router {

// A column of a shard's row. What stands behind a `*` is counted from the end of the client's columns.
struct RowColumn {
    enum class From : std::uint8_t { front, back, hidden } from = From::front;
    std::uint16_t index = 0;  // from the back: 1 is the client's last column

    bool operator==(const RowColumn&) const = default;
};

// What a key's weight is asked for as; which of them it must be shows only in the shards' column definitions.
enum class KeyForm : std::uint8_t {
    weight,   // WEIGHT_STRING(key)
    ordinal,  // CAST(key AS UNSIGNED): ENUM and SET, which sort by number
    real,     // key + 0e0: FLOAT, whose text has not all its digits
    none,     // the key compares by itself: the weight and its padding are left out
};

class RowLayout {
  public:
    // `columns`: of the shard's row. `hidden`: of the plan, `left_out` (ascending) of them not in the row.
    RowLayout(std::size_t columns, std::size_t hidden, std::vector<std::uint16_t> left_out = {});

    std::size_t columns() const { return columns_; }
    // The client's.
    std::size_t shown() const { return shown_; }
    // columns() when there is none.
    std::size_t place(RowColumn column) const;

  private:
    std::size_t columns_;
    std::size_t shown_;
    std::vector<std::uint16_t> left_out_;
};

}  // namespace leasehold::router
