#include "metrics/error_counts.h"

namespace leasehold::metrics {

void ErrorCounts::count(std::uint16_t code) noexcept {
    for (Slot& slot : slots_) {
        std::uint16_t owner = slot.code.load(std::memory_order_relaxed);
        if (owner == 0 && code != 0) {
            // On failure `owner` is whoever was faster: perhaps the same number.
            if (slot.code.compare_exchange_strong(owner, code, std::memory_order_relaxed)) owner = code;
        }
        if (owner == code && code != 0) {
            slot.count.fetch_add(1, std::memory_order_relaxed);
            return;
        }
    }
    other_.fetch_add(1, std::memory_order_relaxed);
}

std::vector<std::pair<std::string, std::uint64_t>> ErrorCounts::read() const {
    std::vector<std::pair<std::string, std::uint64_t>> result;
    for (const Slot& slot : slots_) {
        const std::uint16_t code = slot.code.load(std::memory_order_relaxed);
        if (code == 0) break;
        result.emplace_back(std::to_string(code), slot.count.load(std::memory_order_relaxed));
    }
    if (const std::uint64_t other = other_.load(std::memory_order_relaxed); other != 0) {
        result.emplace_back(other_label, other);
    }
    return result;
}

}  // namespace leasehold::metrics
