// A SQL value as the router and the wire codecs hand it to each other: a literal of the statement's text or a
// bound parameter of a prepared statement. Text is a view: the caller keeps the statement or the packet
// alive.
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

// A hexadecimal or bit literal (x'4142', 0x4142, b'1'): bytes, or the number they spell where a number is
// compared.
struct HexBytes {
    std::string_view bytes;
};

using SqlValue = std::variant<Null, std::int64_t, std::uint64_t, double, Decimal, std::string_view, HexBytes>;

}  // namespace leasehold
