// The JSON texts that vindex parameters hold. Errors say what is wrong with the text. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace leasehold::router {

using NumberMap = std::map<std::string, std::uint64_t, std::less<>>;

Result<NumberMap> parse_number_map(std::string_view json);                    // {"1": 2, "US": 3}
Result<std::vector<std::uint64_t>> parse_number_list(std::string_view json);  // [2, 4]

}  // namespace leasehold::router
