// Errors by MySQL error number, for one keyspace and all workers. Tablets choose the numbers (SIGNAL can
// raise any), so the table is bounded: the first max_error_codes numbers are counted by name, all further
// ones as "other". Thread: any. Errors are rare enough for an atomic addition each.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace leasehold::metrics {

inline constexpr std::size_t max_error_codes = 64;
inline constexpr const char* other_label = "other";

class ErrorCounts {
  public:
    void count(std::uint16_t code) noexcept;

    // In the order in which the numbers were first met; "other" last, when there is any.
    std::vector<std::pair<std::string, std::uint64_t>> read() const;

  private:
    // A slot belongs to the first number that took it, for ever. 0 (no error number) marks a free one.
    struct Slot {
        std::atomic<std::uint16_t> code{0};
        std::atomic<std::uint64_t> count{0};
    };
    std::array<Slot, max_error_codes> slots_;
    std::atomic<std::uint64_t> other_{0};
};

}  // namespace leasehold::metrics
