// What the vindexes of 64-bit numbers share. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "router/vindex.h"
#include "router/vindex_values.h"

namespace leasehold::router {

// Eight bytes, the highest first.
inline KeyspaceId big_endian(std::uint64_t number) {
    KeyspaceId id(8, '\0');
    for (std::size_t i = 8; i-- > 0; number >>= 8) id[i] = static_cast<char>(number & 0xff);
    return id;
}

enum class Negative : unsigned char { has_no_id, by_its_bits };

// `function`: from the number's bits to its place.
template <typename Function>
Destination map_integer(const SqlValue& value, Negative negative, const Function& function) {
    const AsInteger integer = to_integer(value);
    if (const NoInteger* none = std::get_if<NoInteger>(&integer)) {
        if (*none == NoInteger::unknown) return AllShards{};
        return NoShard{};
    }
    const IntegerValue& number = std::get<IntegerValue>(integer);
    if (number.negative && negative == Negative::has_no_id) return NoShard{};
    return function(number.bits);
}

}  // namespace leasehold::router
