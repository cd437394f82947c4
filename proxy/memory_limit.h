// What memory the process may have: its control group's limit, or the machine's. Source: cgroups(7), the
// kernel's admin-guide/cgroup-v2 (memory.max), proc(5).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace leasehold::proxy {

// The text of a file; nothing when it cannot be read.
using FileReader = std::function<std::optional<std::string>(const std::string& path)>;

// The least of all limits that hold for this process. Zero: none could be read.
std::uint64_t available_memory(const FileReader& read);
std::uint64_t available_memory();

// Bytes of this process in RAM, from /proc/self/statm. Zero: not readable.
std::uint64_t resident_memory();

}  // namespace leasehold::proxy
