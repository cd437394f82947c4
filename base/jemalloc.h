// jemalloc's control interface, typed. A process that does not run on jemalloc (unit tests) gets no answers.
// Thread: any. Source: jemalloc(3), "MALLCTL NAMESPACE".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace leasehold::jemalloc {

// Zero: done. Else an errno number; ENOSYS without jemalloc.
int control(const char* name, void* old_value, std::size_t* old_size, void* new_value, std::size_t new_size);

template <typename T>
std::optional<T> read(const char* name) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    std::size_t size = sizeof value;
    if (control(name, &value, &size, nullptr, 0) != 0 || size != sizeof value) return std::nullopt;
    return value;
}

template <typename T>
int write(const char* name, T value) {
    return control(name, nullptr, nullptr, &value, sizeof value);
}

// Bytes, as jemalloc counts them at one moment.
struct Figures {
    std::uint64_t allocated = 0;  // asked for by the program, rounded up to size classes
    std::uint64_t active = 0;     // pages that hold them; what is above `allocated` is fragmentation
    std::uint64_t metadata = 0;   // jemalloc's own
    std::uint64_t resident = 0;   // of the process's memory in RAM, what jemalloc manages
    std::uint64_t mapped = 0;
    std::uint64_t retained = 0;  // address space that was given back and costs no RAM

    bool operator==(const Figures&) const = default;
};
// Takes locks of jemalloc's for some microseconds: for a page or a timer, not for a statement.
std::optional<Figures> figures();

}  // namespace leasehold::jemalloc
