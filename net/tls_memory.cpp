#include "net/tls_memory.h"

#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "base/memory_account.h"
#include "net/object_slab.h"

namespace leasehold::net {
namespace {

// What a connection keeps and the allocator's size classes (512, 896, 7,168 bytes and the next ones) would
// round up most; measured with OpenSSL 3.0: SSL has 7,624 bytes; an AES-GCM context, one each way, 960; a
// session 928; a CERT 536. Where another version has other sizes, its objects are allocated like everything
// else.
struct Packed {
    std::size_t above;  // sizes up to here fit the class below
    ObjectSlab slab;
};

std::array<Packed, 3>& packed() {
    // Never destroyed: OpenSSL frees until after main().
    static auto& slabs = *new std::array<Packed, 3>{
        {{512, ObjectSlab(544)}, {896, ObjectSlab(960)}, {7168, ObjectSlab(7632)}}};
    return slabs;
}

ObjectSlab* slab_for(std::size_t bytes) {
    for (Packed& each : packed()) {
        if (bytes > each.above && bytes <= each.slab.object()) return &each.slab;
    }
    return nullptr;
}

ObjectSlab* slab_of(const void* place) {
    for (Packed& each : packed()) {
        if (each.slab.owns(place)) return &each.slab;
    }
    return nullptr;
}

void charge_usable(void* place) {
    charge(MemoryPart::tls, static_cast<std::int64_t>(malloc_usable_size(place)));
}

void* allocate(std::size_t bytes, const char*, int) {
    if (ObjectSlab* const slab = slab_for(bytes)) {
        void* const place = slab->allocate();
        if (place != nullptr) charge(MemoryPart::tls, static_cast<std::int64_t>(slab->object()));
        return place;
    }
    void* const place = std::malloc(bytes);
    if (place != nullptr) charge_usable(place);
    return place;
}

void release(void* place, const char*, int) {
    if (place == nullptr) return;
    for (Packed& each : packed()) {
        if (each.slab.release(place)) {
            charge(MemoryPart::tls, -static_cast<std::int64_t>(each.slab.object()));
            return;
        }
    }
    charge(MemoryPart::tls, -static_cast<std::int64_t>(malloc_usable_size(place)));
    std::free(place);
}

void* reallocate(void* place, std::size_t bytes, const char* file, int line) {
    if (place == nullptr) return allocate(bytes, file, line);
    const ObjectSlab* const from = slab_of(place);
    if (from == nullptr && slab_for(bytes) == nullptr) {
        const auto before = static_cast<std::int64_t>(malloc_usable_size(place));
        void* const moved = std::realloc(place, bytes);
        if (moved == nullptr) return nullptr;
        charge(MemoryPart::tls, -before);
        charge_usable(moved);
        return moved;
    }
    void* const moved = allocate(bytes, file, line);
    if (moved == nullptr) return nullptr;
    const std::size_t held = from != nullptr ? from->object() : malloc_usable_size(place);
    std::memcpy(moved, place, std::min(held, bytes));
    release(place, file, line);
    return moved;
}

}  // namespace

bool take_over_tls_memory() {
    return CRYPTO_set_mem_functions(allocate, reallocate, release) == 1;
}

}  // namespace leasehold::net
