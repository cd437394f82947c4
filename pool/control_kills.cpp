#include "pool/control_kills.h"

#include <algorithm>

namespace leasehold::pool {

std::optional<KillQueue::Entry> KillQueue::pop() {
    if (entries_.empty()) return std::nullopt;
    const Entry first = entries_.front();
    entries_.pop_front();
    return first;
}

std::size_t KillQueue::drop_before(TimePoint start) {
    return std::erase_if(entries_, [start](const Entry& entry) { return entry.queued_at <= start; });
}

}  // namespace leasehold::pool
