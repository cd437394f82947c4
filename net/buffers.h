// Relay buffers of one worker: fixed size, borrowed while bytes are in flight and given back at once, so that
// an idle session holds none. Free buffers are kept up to a bound; the rest go back to the allocator. Thread:
// the worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace leasehold::net {

inline constexpr std::size_t buffer_bytes = 16 * 1024;

class BufferPool;

// Owns one buffer; gives it back when destroyed.
class Buffer {
  public:
    Buffer() = default;
    Buffer(Buffer&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), bytes_(std::move(other.bytes_)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(pool_, other.pool_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~Buffer();

    explicit operator bool() const { return bytes_ != nullptr; }
    std::uint8_t* data() const { return bytes_.get(); }
    static constexpr std::size_t size() { return buffer_bytes; }
    std::span<std::uint8_t> span() const { return {bytes_.get(), buffer_bytes}; }

  private:
    friend class BufferPool;
    Buffer(BufferPool& pool, std::unique_ptr<std::uint8_t[]> bytes)
        : pool_(&pool), bytes_(std::move(bytes)) {}
    BufferPool* pool_ = nullptr;
    std::unique_ptr<std::uint8_t[]> bytes_;
};

class BufferPool {
  public:
    explicit BufferPool(std::size_t max_free = 64) : max_free_(max_free) { free_.reserve(max_free); }
    ~BufferPool();
    BufferPool(const BufferPool&) = delete;
    BufferPool& operator=(const BufferPool&) = delete;

    Buffer borrow();
    std::size_t borrowed() const { return borrowed_; }
    // Gives the free ones back to the allocator.
    void shrink() noexcept;

  private:
    friend class Buffer;
    void give_back(std::unique_ptr<std::uint8_t[]> bytes) noexcept;
    std::vector<std::unique_ptr<std::uint8_t[]>> free_;
    std::size_t max_free_;
    std::size_t borrowed_ = 0;
};

}  // namespace leasehold::net
