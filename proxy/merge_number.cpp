#include "proxy/merge_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace leasehold::proxy {
namespace {

using boost::multiprecision::cpp_int;

constexpr std::size_t max_digits = 96;  // above any DECIMAL's 65 and their sums
constexpr std::uint32_t digits_a_word = 9;
constexpr int max_point_shift = 15;  // DBL_DIG: dtoa.c's MAX_DECPT_FOR_F_FORMAT

cpp_int power_of_ten(std::uint32_t exponent) {
    return boost::multiprecision::pow(cpp_int(10), exponent);
}

std::uint32_t whole_words(std::uint32_t digits) {
    return (digits + digits_a_word - 1) / digits_a_word * digits_a_word;
}

}  // namespace

std::optional<ExactDecimal> ExactDecimal::parse(std::string_view text) {
    ExactDecimal number;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.empty() || text.size() > max_digits) return std::nullopt;
    bool point = false;
    for (const char c : text) {
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            number.unscaled *= 10;
            number.unscaled += c - '0';
            number.scale += point ? 1 : 0;
        } else {
            return std::nullopt;
        }
    }
    if (negative) number.unscaled = -number.unscaled;
    return number;
}

void ExactDecimal::add(const ExactDecimal& other) {
    if (other.scale > scale) {
        unscaled *= power_of_ten(other.scale - scale);
        scale = other.scale;
    }
    unscaled +=
        other.scale < scale ? cpp_int(other.unscaled * power_of_ten(scale - other.scale)) : other.unscaled;
}

std::string ExactDecimal::text() const {
    const bool negative = unscaled < 0;
    std::string digits = cpp_int(negative ? cpp_int(-unscaled) : unscaled).str();
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
    return negative ? "-" + digits : digits;
}

ExactDecimal average(const ExactDecimal& sum, std::uint64_t count, std::uint32_t decimals) {
    const std::uint32_t stored = whole_words(sum.scale);
    const std::uint32_t more = decimals > sum.scale ? decimals - sum.scale : 0;
    const std::uint32_t missing = more > stored - sum.scale ? more - (stored - sum.scale) : 0;
    const std::uint32_t digits = whole_words(stored + missing);
    cpp_int quotient = sum.unscaled * power_of_ten(digits - sum.scale) / count;  // towards zero
    if (digits > decimals) {
        const cpp_int unit = power_of_ten(digits - decimals);
        quotient = (quotient + (quotient < 0 ? cpp_int(-unit / 2) : cpp_int(unit / 2))) / unit;
    } else {
        quotient *= power_of_ten(decimals - digits);
    }
    return {quotient, decimals};
}

std::string text_of(double number, std::uint8_t decimals) {
    std::array<char, 512> buffer;
    if (decimals < floating_decimals) {
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                       std::chars_format::fixed, decimals);
        return {buffer.data(), end.ptr};
    }
    if (number == 0) return std::signbit(number) ? "-0" : "0";
    const auto end = std::to_chars(buffer.data(), buffer.data() + 64, number, std::chars_format::scientific);
    const std::string_view written(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
    const std::size_t e = written.find('e');
    std::string digits;
    for (const char c : written.substr(0, e)) {
        if (c >= '0' && c <= '9') digits += c;
    }
    int exponent = 0;
    const std::size_t sign = written[e + 1] == '+' ? 2 : 1;
    std::from_chars(written.data() + e + sign, end.ptr, exponent);
    const int point = exponent + 1;  // digits in front of the point
    const int length = static_cast<int>(digits.size());
    std::string text;
    if (point < -max_point_shift + 1 || (point > max_point_shift && length <= point)) {
        text =
            digits.substr(0, 1) + (length > 1 ? "." + digits.substr(1) : "") + "e" + std::to_string(exponent);
    } else if (point <= 0) {
        text = "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    } else if (point >= length) {
        text = digits + std::string(static_cast<std::size_t>(point - length), '0');
    } else {
        text = digits.substr(0, static_cast<std::size_t>(point)) + "." +
               digits.substr(static_cast<std::size_t>(point));
    }
    return std::signbit(number) ? "-" + text : text;
}

}  // namespace leasehold::proxy
