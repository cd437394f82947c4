#include "proxy/merge_sort.h"

#include <algorithm>

namespace leasehold::proxy {

bool MergeSort::before(const Row& a, const Row& b) const {
    const int order = compare(keys_, a.keys, b.keys);
    return order != 0 ? order < 0 : a.number < b.number;
}

// What a row of so many bytes takes.
std::size_t MergeSort::bytes_of(std::size_t row) const {
    return allocated_size(row) + sizeof(Row) + sizeof(wire::Bytes) +
           allocated_size(keys_.size() * sizeof(KeyValue));
}

MergeSort::Added MergeSort::add(wire::BytesView row) {
    const std::size_t size = bytes_of(row.size());
    if (bytes_ + size > max_bytes_) {
        drop_beyond();
        if (bytes_ + size > max_bytes_) return Added::too_much;
    }
    bytes_ += size;
    memory_.set(bytes_);
    wire::Bytes& copy = rows_.emplace_back(row.begin(), row.end());
    if (!reader_.read(copy)) return Added::unreadable;
    Row& added = order_.emplace_back(Row{added_++, std::vector<KeyValue>(keys_.size()), rows_.size() - 1});
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (!read_key(keys_[i], reader_.cells(), added.keys[i])) return Added::unreadable;
    }
    // Now and then, so that each row is looked at a few times only.
    if (keep_ && order_.size() / 2 > *keep_ && order_.size() > 64) drop_beyond();
    return Added::kept;
}

// The bytes of the rows stay where they are when their vectors move, and the keys with them.
void MergeSort::drop_beyond() {
    if (!keep_ || order_.size() <= *keep_) return;
    const auto end = order_.begin() + static_cast<std::ptrdiff_t>(*keep_);
    std::nth_element(order_.begin(), end, order_.end(),
                     [&](const Row& a, const Row& b) { return before(a, b); });
    order_.erase(end, order_.end());
    std::vector<wire::Bytes> kept;
    kept.reserve(order_.size());
    bytes_ = 0;
    for (Row& row : order_) {
        bytes_ += bytes_of(rows_[row.index].size());
        kept.push_back(std::move(rows_[row.index]));
        row.index = kept.size() - 1;
    }
    rows_ = std::move(kept);
    memory_.set(bytes_);
}

const std::vector<wire::Bytes>& MergeSort::finish() {
    std::ranges::sort(order_, [&](const Row& a, const Row& b) { return before(a, b); });
    std::vector<wire::Bytes> sorted;
    sorted.reserve(order_.size());
    for (const Row& row : order_) sorted.push_back(std::move(rows_[row.index]));
    order_.clear();
    rows_ = std::move(sorted);
    return rows_;
}

}  // namespace leasehold::proxy
