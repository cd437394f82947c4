#include "proxy/merge_group.h"

namespace leasehold::proxy {

bool MergeGroup::start(wire::BytesView row) {
    first_.assign(row.begin(), row.end());
    if (!reader_.read(first_)) return false;
    values_.resize(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (!read_key(keys_[i], reader_.cells(), values_[i])) return false;
    }
    aggregates_.assign(columns_.size(), {});
    open_ = true;
    return add(reader_.cells());
}

bool MergeGroup::add(std::span<const RowCell> cells) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!aggregates_[i].add(columns_[i], cells)) return false;
    }
    return true;
}

wire::BytesView MergeGroup::finish() {
    open_ = false;
    if (columns_.empty()) return first_;
    std::vector<RowCell> cells(reader_.cells().begin(), reader_.cells().end());
    for (std::size_t i = 0; i < columns_.size(); ++i) aggregates_[i].show(columns_[i], cells);
    row_.clear();
    writer_.append(row_, cells);
    return row_;
}

}  // namespace leasehold::proxy
