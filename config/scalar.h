// Sizes, durations and numbers as the file writes them, both ways. Pure; nullopt for what is not one.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leasehold::config {

// "512B", "16KiB", "64MiB", "1GiB", "0".
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t bytes);  // in the largest unit that divides it

// "250ms", "30s", "5m", "8h", "0".
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
std::string format_duration(std::chrono::milliseconds duration);  // in the largest unit that divides it

// Decimal digits only.
std::optional<std::uint64_t> parse_count(std::string_view text);

// "0.85", "1", ".5": digits and at most one point, no exponent.
std::optional<double> parse_ratio(std::string_view text);
std::string format_ratio(double ratio);

// true/false, yes/no, on/off.
std::optional<bool> parse_flag(std::string_view text);

}  // namespace leasehold::config
