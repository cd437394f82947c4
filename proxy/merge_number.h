// Numbers of merged aggregates: exact decimals, and numbers as the servers write them. Pure.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leasehold::proxy {

// unscaled / 10^scale
struct ExactDecimal {
    boost::multiprecision::cpp_int unscaled;
    std::uint32_t scale = 0;

    // Nothing: not digits with at most one point, or more of them than a DECIMAL has.
    static std::optional<ExactDecimal> parse(std::string_view text);
    void add(const ExactDecimal& other);
    std::string text() const;
};

// As AVG divides and rounds: half up to `decimals`, from as many digits as the servers' division gives
// (strings/decimal.c, do_div_mod: the scales are raised to multiples of nine). `count` is not zero.
ExactDecimal average(const ExactDecimal& sum, std::uint64_t count, std::uint32_t decimals);

// Column definitions say 31 decimals (39 in some) of a number whose point is not fixed.
inline constexpr std::uint8_t floating_decimals = 31;
// A DOUBLE as the servers write it: the fewest digits that read back as the same number, with an exponent
// from 1e15 and below 1e-15 (strings/dtoa.c, my_gcvt); or with the fixed number of decimals.
std::string text_of(double number, std::uint8_t decimals);

}  // namespace leasehold::proxy
