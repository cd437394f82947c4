// Heap profiles in a folder: written whole or not at all, the oldest removed beyond a number. Blocking; not
// for a worker's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace leasehold::proxy {

// "leasehold-20260102T030405.678901-4711.heap", UTC: in the order of their names as in the order of time.
std::string heap_profile_name(std::chrono::system_clock::time_point at, int process);

// Writes `folder`/`name` (mode 0600; the name must be free) and removes the oldest profiles until `keep` are
// left. The path. Error{0, ...} names the file and the system's reason; nothing is left behind then.
Result<std::string> write_heap_profile(const std::string& folder, const std::string& name,
                                       std::string_view text, std::uint32_t keep);

}  // namespace leasehold::proxy
