// A SQL value as the router and the wire codecs hand it to each other: a literal of the statement's text or a bound
// parameter of a prepared statement. Text is a view: the caller keeps the statement or the packet alive.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

namespace leasehold {

struct Null {};
// A number that is neither an int64 nor a uint64, as the client wrote it ("1.50", "1e3").
struct Decimal {
    std::string_view digits;
};

using SqlValue = std::variant<Null, std::int64_t, std::uint64_t, double, Decimal, std::string_view>;

}  // namespace leasehold
