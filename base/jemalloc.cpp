#include "base/jemalloc.h"

#include <cerrno>

// Weak: null where jemalloc is not linked in.
extern "C" [[gnu::weak]] int mallctl(const char* name, void* old_value, std::size_t* old_size,
                                     void* new_value, std::size_t new_size) noexcept;

namespace leasehold::jemalloc {

int control(const char* name, void* old_value, std::size_t* old_size, void* new_value, std::size_t new_size) {
    if (mallctl == nullptr) return ENOSYS;
    return mallctl(name, old_value, old_size, new_value, new_size);
}

std::optional<Figures> figures() {
    // The figures are taken together when the epoch advances.
    if (write("epoch", std::uint64_t{1}) != 0) return std::nullopt;
    Figures figures;
    figures.allocated = read<std::size_t>("stats.allocated").value_or(0);
    figures.active = read<std::size_t>("stats.active").value_or(0);
    figures.metadata = read<std::size_t>("stats.metadata").value_or(0);
    figures.resident = read<std::size_t>("stats.resident").value_or(0);
    figures.mapped = read<std::size_t>("stats.mapped").value_or(0);
    figures.retained = read<std::size_t>("stats.retained").value_or(0);
    return figures;
}

}  // namespace leasehold::jemalloc
