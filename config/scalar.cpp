#include "config/scalar.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace leasehold::config {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

// Largest first, for formatting.
constexpr std::array<Unit, 4> size_units{
    {{"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"B", 1}}};
constexpr std::array<Unit, 4> time_units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

// A number directly followed by its unit; blanks between them are let through. Zero needs no unit.
std::optional<std::uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    std::optional<std::uint64_t> number = parse_count(text.substr(0, digits));
    if (!number) return std::nullopt;
    std::string_view name = text.substr(digits);
    if (name.empty()) return *number == 0 ? number : std::nullopt;
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        // Half of the range, so that a duration fits its signed type.
        if (*number > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
        return *number * unit.factor;
    }
    return std::nullopt;
}

std::string format_with_unit(std::uint64_t value, std::span<const Unit> units) {
    if (value == 0) return "0";
    for (const Unit& unit : units) {
        if (value % unit.factor == 0) return fmt::format("{}{}", value / unit.factor, unit.name);
    }
    return fmt::format("{}", value);
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
    return parse_with_unit(text, size_units);
}
std::string format_size(std::uint64_t bytes) {
    return format_with_unit(bytes, size_units);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    std::optional<std::uint64_t> value = parse_with_unit(text, time_units);
    if (!value) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*value));
}

std::string format_duration(std::chrono::milliseconds duration) {
    return format_with_unit(static_cast<std::uint64_t>(duration.count()), time_units);
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<double> parse_ratio(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    double value = 0;
    auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string format_ratio(double ratio) {
    return fmt::format("{}", ratio);
}

std::optional<bool> parse_flag(std::string_view text) {
    if (text == "true" || text == "yes" || text == "on") return true;
    if (text == "false" || text == "no" || text == "off") return false;
    return std::nullopt;
}

}  // namespace leasehold::config
