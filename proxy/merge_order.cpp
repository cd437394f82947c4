#include "proxy/merge_order.h"

#include <algorithm>

namespace leasehold::proxy {

bool MergeOrder::read(std::size_t shard, std::span<const RowCell> cells) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!read_key(columns_[i], cells, keys_[shard * columns_.size() + i])) return false;
    }
    if (!columns_.empty())
        beginnings_[shard] = beginning_of(columns_.front(), keys_[shard * columns_.size()]);
    return true;
}

// Of rows that are equal, those of the first shard come first.
bool MergeOrder::before(std::size_t a, std::size_t b) const {
    if (beginnings_[a] != beginnings_[b]) return beginnings_[a] < beginnings_[b];
    const int order = compare(columns_, keys_of(a), keys_of(b));
    return order != 0 ? order < 0 : a < b;
}

bool MergeOrder::push(std::size_t shard, std::span<const RowCell> cells) {
    if (!read(shard, cells)) return false;
    heap_.push_back(shard);
    std::push_heap(heap_.begin(), heap_.end(), [&](std::size_t a, std::size_t b) { return before(b, a); });
    return true;
}

bool MergeOrder::replace_next(std::span<const RowCell> cells) {
    if (!read(heap_.front(), cells)) return false;
    sink();
    return true;
}

void MergeOrder::pop() {
    heap_.front() = heap_.back();
    heap_.pop_back();
    sink();
}

void MergeOrder::sink() {
    for (std::size_t at = 0;;) {
        std::size_t child = 2 * at + 1;
        if (child >= heap_.size()) return;
        if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
        if (!before(heap_[child], heap_[at])) return;
        std::swap(heap_[child], heap_[at]);
        at = child;
    }
}

}  // namespace leasehold::proxy
