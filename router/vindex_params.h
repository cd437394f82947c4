// Reading a vindex's parameters. Errors begin with "params.NAME: ".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "router/vindex.h"

namespace leasehold::router {

Error wrong_param(std::string_view name, const std::string& what);

// The parameter's text; empty where it is missing.
std::string_view param_text(const VindexParams& params, std::string_view name);
// A whole number from `least` to `most`.
Result<std::uint64_t> param_number(const VindexParams& params, std::string_view name, std::uint64_t least,
                                   std::uint64_t most);

}  // namespace leasehold::router
