#pragma once

namespace leasehold::proxy {

inline constexpr const char* version = LEASEHOLD_VERSION;  // set by CMake from the project's version

}  // namespace leasehold::proxy
