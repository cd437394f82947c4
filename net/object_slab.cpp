#include "net/object_slab.h"

#include <cstdint>
#include <cstdlib>
#include <new>

namespace leasehold::net {

ObjectSlab::~ObjectSlab() {
    open_.clear();
    for (const Chunk* chunk : chunks_) std::free(const_cast<Chunk*>(chunk));
}

ObjectSlab::Chunk* ObjectSlab::chunk_of(const void* place) const {
    const auto address = reinterpret_cast<std::uintptr_t>(place);
    return reinterpret_cast<Chunk*>(address & ~(alignment - 1));
}

// Of other allocations few pass, so that the lock is seldom taken for them.
bool ObjectSlab::can_be_ours(const void* place) const {
    const std::size_t offset = reinterpret_cast<std::uintptr_t>(place) & (alignment - 1);
    return offset >= header && offset < chunk_bytes && (offset - header) % object_ == 0;
}

bool ObjectSlab::owns(const void* place) const {
    if (!can_be_ours(place)) return false;
    const std::scoped_lock lock(mutex_);
    return chunks_.contains(chunk_of(place));
}

std::size_t ObjectSlab::chunks() const {
    const std::scoped_lock lock(mutex_);
    return chunks_.size();
}

ObjectSlab::Chunk* ObjectSlab::add_chunk() {
    void* room = nullptr;
    if (posix_memalign(&room, alignment, chunk_bytes) != 0) return nullptr;
    auto* const chunk = new (room) Chunk;
    auto* const first = static_cast<std::byte*>(room) + header;
    for (std::size_t n = (chunk_bytes - header) / object_; n-- > 0;) {
        chunk->free = new (first + n * object_) FreeObject{chunk->free};
    }
    chunks_.insert(chunk);
    open_.push_front(*chunk);
    return chunk;
}

void ObjectSlab::drop(Chunk& chunk) {
    open_.erase(open_.iterator_to(chunk));
    chunks_.erase(&chunk);
    chunk.~Chunk();
    std::free(&chunk);
}

void* ObjectSlab::allocate() {
    const std::scoped_lock lock(mutex_);
    Chunk* const chunk = open_.empty() ? add_chunk() : &open_.front();
    if (chunk == nullptr) return nullptr;
    FreeObject* const taken = chunk->free;
    chunk->free = taken->next;
    ++chunk->used;
    if (chunk->free == nullptr) open_.pop_front();
    return taken;
}

bool ObjectSlab::release(void* place) {
    if (!can_be_ours(place)) return false;
    const std::scoped_lock lock(mutex_);
    Chunk* const chunk = chunk_of(place);
    if (!chunks_.contains(chunk)) return false;
    if (chunk->free == nullptr) open_.push_front(*chunk);
    chunk->free = new (place) FreeObject{chunk->free};
    // One empty chunk stays, for the next who comes.
    if (--chunk->used == 0 && open_.size() > 1) drop(*chunk);
    return true;
}

}  // namespace leasehold::net
