// One aggregate of one group, put together from what the shards made of their rows. Pure; used by one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "base/error.h"
#include "proxy/merge_key.h"
#include "proxy/merge_number.h"

namespace leasehold::proxy {

class AggregateColumn;

// What is known of the rows so far; empty: nothing but NULLs.
class Aggregate {
  public:
    // False: a value that is none of its column's type.
    bool add(const AggregateColumn& column, std::span<const RowCell> cells);
    // Puts it into the cells of a group's row; what they view lives here.
    void show(const AggregateColumn& column, std::span<RowCell> cells);

  private:
    bool add_sum(const AggregateColumn& column, const RowCell& cell, wire::ColumnType type);
    bool add_bits(const AggregateColumn& column, const RowCell& cell);
    bool add_extreme(const AggregateColumn& column, std::span<const RowCell> cells);
    void show_bytes(RowCell& cell, wire::BytesView value, bool with_length);
    void show_double(const AggregateColumn& column, RowCell& cell, double number);

    std::variant<std::monostate, ExactDecimal, double, std::uint64_t, wire::Bytes> value_;
    std::uint64_t count_ = 0;       // of an average
    std::vector<RowCell> extreme_;  // the row that has it: value, weight, padding; views of value_
    wire::Bytes shown_;
};

// How one is made, for all groups.
class AggregateColumn {
  public:
    // Errors: 1105 a type whose parts cannot be put together exactly, 1835.
    static Result<AggregateColumn> make(const router::MergeAggregate& aggregate,
                                        std::span<const RowColumnType> types, const router::RowLayout& layout,
                                        RowProtocol protocol);

  private:
    friend class Aggregate;

    router::Combine combine_ = router::Combine::sum;
    RowProtocol protocol_ = RowProtocol::text;
    std::size_t column_ = 0;
    std::optional<std::size_t> helper_;
    RowColumnType type_;
    RowColumnType helper_type_;
    KeyColumn key_;  // of minimum and maximum
};

}  // namespace leasehold::proxy
