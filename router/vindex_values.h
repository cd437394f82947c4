// How a SQL value becomes the number or the bytes that a vindex works on. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/value.h"

namespace leasehold::router {

// An integer of 64 bits: two's complement when negative.
struct IntegerValue {
    std::uint64_t bits = 0;
    bool negative = false;
};
enum class NoInteger {
    never,    // NULL, 1.5, a number beyond 64 bits: no integer column equals it
    unknown,  // text that is no plain integer: MySQL compares some number it finds in it ('7abc' equals 7)
};
using AsInteger = std::variant<IntegerValue, NoInteger>;

AsInteger to_integer(const SqlValue& value);

// The value's text as Vitess's ToBytes gives it: numbers in decimal, strings as they are, NULL empty.
class TextValue {
  public:
    explicit TextValue(const SqlValue& value);
    TextValue(const TextValue&) = delete;
    TextValue& operator=(const TextValue&) = delete;
    std::string_view view() const { return view_; }

  private:
    std::array<char, 32> digits_;
    std::string_view view_;
};

// vindex_text.cpp: the bytes' MD5 (16) and their XXH64 with seed 0, little-endian (8).
std::string md5_of(std::string_view bytes);
std::string xxh64_of(std::string_view bytes);

}  // namespace leasehold::router
