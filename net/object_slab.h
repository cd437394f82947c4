// Objects of one size, packed: where an allocator's size classes would round each up by a tenth, and there
// are as many as connections. Chunks come from the allocator, so that heap profiles see them, and go back
// when they are empty. Thread: any.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <mutex>
#include <unordered_set>

namespace leasehold::net {

class ObjectSlab {
  public:
    // `object`: bytes of one, a multiple of 16, at most 56 KiB.
    explicit ObjectSlab(std::size_t object) : object_(object) {}
    ObjectSlab(const ObjectSlab&) = delete;
    ObjectSlab& operator=(const ObjectSlab&) = delete;
    ~ObjectSlab();

    // nullptr: there is no memory.
    void* allocate();
    // False: it is not from here, and nothing was done.
    bool release(void* place);
    bool owns(const void* place) const;

    std::size_t object() const { return object_; }
    std::size_t chunks() const;

  private:
    struct FreeObject {
        FreeObject* next;
    };
    struct Chunk : boost::intrusive::list_base_hook<> {
        FreeObject* free = nullptr;
        std::size_t used = 0;
    };
    // A chunk begins at a multiple of it, so that an object's address tells where its chunk is.
    static constexpr std::size_t alignment = 128u << 10;
    static constexpr std::size_t chunk_bytes = 112u << 10;  // a size class of the allocator
    static constexpr std::size_t header = 64;
    static_assert(sizeof(Chunk) <= header);

    Chunk* chunk_of(const void* place) const;
    bool can_be_ours(const void* place) const;
    Chunk* add_chunk();
    void drop(Chunk& chunk);

    const std::size_t object_;
    mutable std::mutex mutex_;
    std::unordered_set<const Chunk*> chunks_;
    boost::intrusive::list<Chunk> open_;  // those with a free object
};

}  // namespace leasehold::net
