// The table of router/unicode_weights.h, in Base64. Immutable. Made by scripts/make-unicode-weights, which
// says how it is written.
#pragma once

#include <string_view>

namespace leasehold::router {

extern const std::string_view unicode_weights;       // of code points
extern const std::string_view unicode_contractions;  // of several that have weights of their own together
extern const std::string_view unicode_ideographs;    // ranges without an entry

}  // namespace leasehold::router
