// Room for one Asio operation inside its owner, so that waiting allocates nothing. One operation at a time
// uses it; a second one falls back to the allocator.
#pragma once

#include <cstddef>
#include <new>

namespace leasehold::net {

class HandlerMemory {
  public:
    HandlerMemory() = default;
    HandlerMemory(const HandlerMemory&) = delete;
    HandlerMemory& operator=(const HandlerMemory&) = delete;

    void* allocate(std::size_t bytes) {
        if (!used_ && bytes <= sizeof storage_) {
            used_ = true;
            return storage_;
        }
        return ::operator new(bytes);
    }
    void deallocate(void* place) noexcept {
        if (place == storage_) {
            used_ = false;
        } else {
            ::operator delete(place);
        }
    }

  private:
    // A read takes 128 bytes with Boost 1.74, the most of all.
    alignas(std::max_align_t) std::byte storage_[160];
    bool used_ = false;
};

template <typename T>
class HandlerAllocator {
  public:
    using value_type = T;
    explicit HandlerAllocator(HandlerMemory& memory) noexcept : memory_(&memory) {}
    template <typename U>
    HandlerAllocator(const HandlerAllocator<U>& other) noexcept : memory_(other.memory_) {}

    T* allocate(std::size_t n) { return static_cast<T*>(memory_->allocate(n * sizeof(T))); }
    void deallocate(T* place, std::size_t) noexcept { memory_->deallocate(place); }

    friend bool operator==(const HandlerAllocator& a, const HandlerAllocator& b) {
        return a.memory_ == b.memory_;
    }

  private:
    template <typename>
    friend class HandlerAllocator;
    HandlerMemory* memory_;
};

}  // namespace leasehold::net
