#include "net/deadlines.h"

namespace leasehold::net {

void Deadlines::add(Deadline& deadline, TimePoint at) {
    if (deadline.is_linked()) deadline.unlink();
    deadline.at_ = at;
    const auto place = queue_.insert(deadline);
    if (place == queue_.begin()) rearm_(at);
}

void Deadlines::expire(TimePoint now) {
    while (!queue_.empty() && queue_.begin()->at_ <= now) {
        Deadline& due = *queue_.begin();
        due.unlink();
        due.on_deadline();
    }
}

std::optional<TimePoint> Deadlines::earliest() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->at_;
}

}  // namespace leasehold::net
