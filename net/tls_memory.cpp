#include "net/tls_memory.h"

#include <malloc.h>
#include <openssl/crypto.h>

#include <cstdlib>

#include "base/memory_account.h"

namespace leasehold::net {
namespace {

std::int64_t size_of(void* place) {
    return static_cast<std::int64_t>(malloc_usable_size(place));
}

void* allocate(std::size_t bytes, const char*, int) {
    void* const place = std::malloc(bytes);
    if (place != nullptr) charge(MemoryPart::tls, size_of(place));
    return place;
}

void* reallocate(void* place, std::size_t bytes, const char*, int) {
    const std::int64_t before = place == nullptr ? 0 : size_of(place);
    void* const moved = std::realloc(place, bytes);
    if (moved != nullptr) charge(MemoryPart::tls, size_of(moved) - before);
    return moved;
}

void release(void* place, const char*, int) {
    if (place == nullptr) return;
    charge(MemoryPart::tls, -size_of(place));
    std::free(place);
}

}  // namespace

bool count_tls_memory() {
    return CRYPTO_set_mem_functions(allocate, reallocate, release) == 1;
}

}  // namespace leasehold::net
