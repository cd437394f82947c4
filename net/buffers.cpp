#include "net/buffers.h"

#include "base/memory_account.h"

namespace leasehold::net {

Buffer::~Buffer() {
    if (bytes_) pool_->give_back(std::move(bytes_));
}

Buffer BufferPool::borrow() {
    std::unique_ptr<std::uint8_t[]> bytes;
    if (free_.empty()) {
        charge(MemoryPart::relay_buffers, buffer_bytes);
        bytes.reset(new std::uint8_t[buffer_bytes]);  // not make_unique: it would clear 16 KiB for nothing
    } else {
        bytes = std::move(free_.back());
        free_.pop_back();
    }
    ++borrowed_;
    return Buffer(*this, std::move(bytes));
}

void BufferPool::give_back(std::unique_ptr<std::uint8_t[]> bytes) noexcept {
    --borrowed_;
    if (free_.size() < max_free_) {
        free_.push_back(std::move(bytes));  // within the reserved capacity: no allocation
    } else {
        charge(MemoryPart::relay_buffers, -static_cast<std::int64_t>(buffer_bytes));
    }
}

void BufferPool::shrink() noexcept {
    charge(MemoryPart::relay_buffers, -static_cast<std::int64_t>(buffer_bytes * free_.size()));
    free_.clear();
}

BufferPool::~BufferPool() {
    shrink();
}

}  // namespace leasehold::net
