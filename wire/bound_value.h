// One bound value of the binary protocol: a parameter of COM_STMT_EXECUTE or a query attribute. Views into
// the packet. Source: dev.mysql.com, "Binary Protocol Value". Errors: 1835 (malformed packet), 1210 for types
// that cannot be bound.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "wire/bytes.h"
#include "wire/column_type.h"

namespace leasehold::wire {

// A parameter's type on the wire: the ColumnType in the low byte, 0x80 in the high byte when unsigned.
using BoundType = std::uint16_t;
inline constexpr BoundType unsigned_bound = 0x8000;
constexpr ColumnType column_type_of(BoundType type) {
    return static_cast<ColumnType>(type & 0xFF);
}

struct BoundValue {
    BoundType type = 0;
    std::string_view name;  // of a query attribute, else mostly empty
    bool is_null = false;
    bool is_long_data = false;  // came by COM_STMT_SEND_LONG_DATA: no bytes here
    BytesView encoded;          // as in the packet, with a length in front where the type has one
};

// Room for a date, a time or a year-to-microsecond that is turned into text.
using TemporalText = std::array<char, 40>;

// The value for the router. Text is a view into the packet, dates and times ('2026-11-21 10:00:00.500000')
// into `storage`. FLOAT becomes the shortest decimal text's double. A long-data value is Null here: the
// caller has its bytes.
[[nodiscard]] Result<SqlValue> to_sql_value(const BoundValue& value, TemporalText& storage);

// Whether a client may bind values of this type. NULL has no bytes.
[[nodiscard]] bool is_bindable(ColumnType type);
// Reads one encoded value of a bindable type; clears reader.ok() when it is cut short.
[[nodiscard]] BytesView read_encoded(Reader& reader, BoundType type);

}  // namespace leasehold::wire
