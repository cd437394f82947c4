// Who holds how much memory: bytes by part of the program, always on. Each thread writes counters of its own
// without a locked instruction, and any thread reads the sum over all. Process-wide, as the allocator itself
// is. Bytes are what the allocator takes for them, its size classes included.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace leasehold {

enum class MemoryPart : std::uint8_t {
    sessions,
    channels,    // sockets of clients and tablets, with the armed read's bytes
    coroutines,  // frames of whatever waits
    relay_buffers,
    statements,  // larger than a relay buffer, put together before they are sent
    tablet_connections,
    plan_cache,
    prepared_statements,
    settings,
    merges,
    gathers,
    tls,
    compression,  // towards clients: the algorithms' working memory, and what a full socket has not taken
    logs,         // records that standard error has not taken yet
    metrics,      // answers of the HTTP port that their readers have not taken yet
};
inline constexpr std::size_t memory_part_count = static_cast<std::size_t>(MemoryPart::metrics) + 1;
std::string_view to_string(MemoryPart part);

// What jemalloc takes for an allocation of so many bytes: up to 128 in steps of 16, then four classes to each
// doubling (jemalloc(3), "SIZE CLASSES").
constexpr std::size_t allocated_size(std::size_t bytes) {
    if (bytes <= 8) return 8;
    if (bytes <= 128) return (bytes + 15) & ~std::size_t{15};
    const std::size_t step = std::size_t{1} << (std::bit_width(bytes - 1) - 3);
    return (bytes + step - 1) & ~(step - 1);
}

namespace detail {

struct alignas(64) MemorySlot {
    std::array<std::atomic<std::int64_t>, memory_part_count> bytes{};
};
// The calling thread's own; the shared one when there are more threads than slots.
MemorySlot& take_memory_slot() noexcept;
bool is_shared(const MemorySlot& slot) noexcept;
inline constinit thread_local MemorySlot* memory_slot = nullptr;

}  // namespace detail

// More (or, negative, less) of a part. What one thread took another may give back.
inline void charge(MemoryPart part, std::int64_t bytes) noexcept {
    detail::MemorySlot* slot = detail::memory_slot;
    if (slot == nullptr) slot = &detail::take_memory_slot();
    std::atomic<std::int64_t>& count = slot->bytes[static_cast<std::size_t>(part)];
    if (detail::is_shared(*slot)) {
        count.fetch_add(bytes, std::memory_order_relaxed);
    } else {
        count.store(count.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
    }
}

// Bytes that are held as long as this is: of one object that knows how much it has.
class MemoryCharge {
  public:
    explicit MemoryCharge(MemoryPart part, std::size_t bytes = 0) noexcept : part_(part) { set(bytes); }
    MemoryCharge(MemoryCharge&& other) noexcept
        : part_(other.part_), bytes_(std::exchange(other.bytes_, 0)) {}
    MemoryCharge& operator=(MemoryCharge&& other) noexcept {
        std::swap(part_, other.part_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~MemoryCharge() { set(0); }

    void set(std::size_t bytes) noexcept {
        if (bytes == bytes_) return;
        charge(part_, static_cast<std::int64_t>(bytes) - static_cast<std::int64_t>(bytes_));
        bytes_ = bytes;
    }
    std::size_t bytes() const { return bytes_; }

  private:
    MemoryPart part_;
    std::size_t bytes_ = 0;
};

// Sums over all threads, by part. Parts are read one after another while the threads go on.
using MemoryAccounts = std::array<std::uint64_t, memory_part_count>;
MemoryAccounts memory_accounts();
std::uint64_t memory_of(MemoryPart part);

}  // namespace leasehold
