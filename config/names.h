// The words of the file for each choice, in the order of the enums.
#pragma once

#include <array>
#include <string_view>

namespace leasehold::config {

inline constexpr std::array<std::string_view, 5> tls_mode_names{"disabled", "preferred", "required",
                                                                "verify_ca", "verify_identity"};
inline constexpr std::array<std::string_view, 3> auth_plugin_names{"auto", "caching_sha2_password",
                                                                   "mysql_native_password"};
inline constexpr std::array<std::string_view, 2> compression_names{"zlib", "zstd"};
inline constexpr std::array<std::string_view, 4> log_level_names{"debug", "info", "warning", "error"};
inline constexpr std::array<std::string_view, 2> log_format_names{"text", "json"};
inline constexpr std::array<std::string_view, 3> table_type_names{"", "sequence", "reference"};

}  // namespace leasehold::config
