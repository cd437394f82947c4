#include "base/memory_account.h"

#include <algorithm>

namespace leasehold {
namespace {

constexpr std::size_t slot_count = 256;
// The first is shared by all threads that came after the last slot was taken.
constinit std::array<detail::MemorySlot, slot_count> slots;
constinit std::atomic<std::size_t> taken{1};

}  // namespace

namespace detail {

MemorySlot& take_memory_slot() noexcept {
    const std::size_t index = taken.fetch_add(1, std::memory_order_relaxed);
    memory_slot = &slots[index < slot_count ? index : 0];
    return *memory_slot;
}

bool is_shared(const MemorySlot& slot) noexcept {
    return &slot == slots.data();
}

}  // namespace detail

std::string_view to_string(MemoryPart part) {
    switch (part) {
        case MemoryPart::sessions:
            return "sessions";
        case MemoryPart::channels:
            return "channels";
        case MemoryPart::coroutines:
            return "coroutines";
        case MemoryPart::relay_buffers:
            return "relay_buffers";
        case MemoryPart::statements:
            return "statements";
        case MemoryPart::tablet_connections:
            return "tablet_connections";
        case MemoryPart::plan_cache:
            return "plan_cache";
        case MemoryPart::prepared_statements:
            return "prepared_statements";
        case MemoryPart::settings:
            return "settings";
        case MemoryPart::merges:
            return "merges";
        case MemoryPart::gathers:
            return "gathers";
        case MemoryPart::tls:
            return "tls";
        case MemoryPart::compression:
            return "compression";
        case MemoryPart::logs:
            return "logs";
        case MemoryPart::metrics:
            return "metrics";
    }
    return "";
}

std::uint64_t memory_of(MemoryPart part) {
    std::int64_t sum = 0;
    const std::size_t used = std::min(taken.load(std::memory_order_relaxed), slot_count);
    for (std::size_t i = 0; i < used; ++i)
        sum += slots[i].bytes[static_cast<std::size_t>(part)].load(std::memory_order_relaxed);
    // Below zero for a moment when what one thread took was given back by one that was read before it.
    return sum < 0 ? 0 : static_cast<std::uint64_t>(sum);
}

MemoryAccounts memory_accounts() {
    MemoryAccounts sums{};
    for (std::size_t part = 0; part < memory_part_count; ++part)
        sums[part] = memory_of(static_cast<MemoryPart>(part));
    return sums;
}

}  // namespace leasehold
