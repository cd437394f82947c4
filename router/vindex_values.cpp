#include "router/vindex_values.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <type_traits>

namespace leasehold::router {

namespace {

AsInteger from_magnitude(std::uint64_t magnitude, bool negative) {
    constexpr std::uint64_t lowest = std::uint64_t{1} << 63;
    if (!negative || magnitude == 0) return IntegerValue{magnitude, false};
    if (magnitude > lowest) return NoInteger::never;
    return IntegerValue{~magnitude + 1, true};
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "1.50", "-3.", "12e3": the integer it is exactly, if it is one of 64 bits.
AsInteger from_decimal(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    std::int32_t exponent = 0;
    if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
        std::string_view digits = text.substr(e + 1);
        if (digits.starts_with('+')) digits.remove_prefix(1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
        if (error != std::errc{} || end != digits.data() + digits.size()) return NoInteger::unknown;
        text = text.substr(0, e);
    }
    // A literal's digits stand at most as far from its point as the literal is long.
    if (exponent > 1'000'000 || exponent < -1'000'000) return NoInteger::never;
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    const auto digit_at = [&](std::int64_t i) -> std::optional<int> {
        const auto whole_size = static_cast<std::int64_t>(whole.size());
        if (i < 0 || i >= whole_size + static_cast<std::int64_t>(fraction.size())) return 0;
        const char c = i < whole_size ? whole[static_cast<std::size_t>(i)]
                                      : fraction[static_cast<std::size_t>(i - whole_size)];
        return is_digit(c) ? std::optional<int>(c - '0') : std::nullopt;
    };
    const auto written = static_cast<std::int64_t>(whole.size() + fraction.size());
    const std::int64_t unit =
        static_cast<std::int64_t>(whole.size()) + exponent;  // digits before the shifted point
    std::uint64_t magnitude = 0;
    bool all_zero = true;
    for (std::int64_t i = 0; i < written; ++i) {
        const std::optional<int> digit = digit_at(i);
        if (!digit) return NoInteger::unknown;
        if (i >= unit && *digit != 0) return NoInteger::never;
        all_zero = all_zero && *digit == 0;
    }
    if (all_zero) return IntegerValue{};
    for (std::int64_t i = 0; i < unit; ++i) {
        const auto digit = static_cast<std::uint64_t>(*digit_at(i));
        if (__builtin_mul_overflow(magnitude, std::uint64_t{10}, &magnitude) ||
            __builtin_add_overflow(magnitude, digit, &magnitude)) {
            return NoInteger::never;
        }
    }
    return from_magnitude(magnitude, negative);
}

AsInteger from_double(double number) {
    if (std::isnan(number) || number != std::trunc(number)) return NoInteger::never;
    if (number >= 0x1p64 || number < -0x1p63) return NoInteger::never;
    const bool negative = number < 0;
    return from_magnitude(static_cast<std::uint64_t>(negative ? -number : number), negative);
}

AsInteger from_text(std::string_view text) {
    std::string_view digits = text;
    if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || digits.size() > 20) return NoInteger::unknown;
    std::uint64_t magnitude = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
    if (error != std::errc{} || end != digits.data() + digits.size()) return NoInteger::unknown;
    return from_magnitude(magnitude, text.front() == '-');
}

AsInteger from_bytes(std::string_view bytes) {
    while (!bytes.empty() && bytes.front() == 0) bytes.remove_prefix(1);
    if (bytes.size() > 8) return NoInteger::never;
    std::uint64_t number = 0;
    for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
    return IntegerValue{number, false};
}

}  // namespace

AsInteger to_integer(const SqlValue& value) {
    return std::visit(
        [](const auto& v) -> AsInteger {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, Null>) {
                return NoInteger::never;
            } else if constexpr (std::is_same_v<T, std::int64_t>) {
                return IntegerValue{static_cast<std::uint64_t>(v), v < 0};
            } else if constexpr (std::is_same_v<T, std::uint64_t>) {
                return IntegerValue{v, false};
            } else if constexpr (std::is_same_v<T, double>) {
                return from_double(v);
            } else if constexpr (std::is_same_v<T, Decimal>) {
                return from_decimal(v.digits);
            } else if constexpr (std::is_same_v<T, HexBytes>) {
                return from_bytes(v.bytes);
            } else {
                return from_text(v);
            }
        },
        value);
}

TextValue::TextValue(const SqlValue& value) {
    const auto print = [&](auto number) {
        const auto result = std::to_chars(digits_.data(), digits_.data() + digits_.size(), number);
        view_ = {digits_.data(), static_cast<std::size_t>(result.ptr - digits_.data())};
    };
    std::visit(
        [&](const auto& v) {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t>) {
                print(v);
            } else if constexpr (std::is_same_v<T, double>) {
                // As MySQL prints a whole DOUBLE, so that 1e6 finds the row that 1000000 made.
                if (v == std::trunc(v) && std::fabs(v) < 0x1p53) {
                    print(static_cast<std::int64_t>(v));
                } else {
                    print(v);
                }
            } else if constexpr (std::is_same_v<T, Decimal>) {
                view_ = v.digits;
            } else if constexpr (std::is_same_v<T, std::string_view>) {
                view_ = v;
            } else if constexpr (std::is_same_v<T, HexBytes>) {
                view_ = v.bytes;
            }
        },
        value);
}

}  // namespace leasehold::router
