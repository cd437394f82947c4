// "Did you mean": the candidate nearest to a misspelt name. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace leasehold::config {

// Insertions, deletions, replacements and swaps of neighbours between two short texts, ASCII case ignored.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate within a third of its length; empty when none is near enough.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace leasehold::config
