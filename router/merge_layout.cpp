#include "router/merge_layout.h"

#include <algorithm>

namespace leasehold::router {

RowLayout::RowLayout(std::size_t columns, std::size_t hidden, std::vector<std::uint16_t> left_out)
    : columns_(columns),
      shown_(columns - std::min(columns, hidden - left_out.size())),
      left_out_(std::move(left_out)) {}

std::size_t RowLayout::place(RowColumn column) const {
    switch (column.from) {
        case RowColumn::From::front:
            return column.index < shown_ ? column.index : columns_;
        case RowColumn::From::back:
            return column.index >= 1 && column.index <= shown_ ? shown_ - column.index : columns_;
        case RowColumn::From::hidden: {
            const auto next = std::ranges::lower_bound(left_out_, column.index);
            if (next != left_out_.end() && *next == column.index) return columns_;
            const std::size_t before = static_cast<std::size_t>(next - left_out_.begin());
            return std::min(columns_, shown_ + column.index - before);
        }
    }
    return columns_;
}

}  // namespace leasehold::router
