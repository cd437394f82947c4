// Where a text stops being UTF-8 (RFC 3629). Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace leasehold::config {

// The offset of the first byte that is no part of a character, or the text's length. A zero byte is not let
// through.
std::size_t valid_utf8_prefix(std::string_view text);

}  // namespace leasehold::config
