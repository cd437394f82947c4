// Dates and times of a result row as numbers that sort as they do. Pure. Source: dev.mysql.com, "Binary
// Protocol Value", "Date and Time Literals".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "wire/bytes.h"
#include "wire/column_type.h"

namespace leasehold::proxy {

bool is_temporal(wire::ColumnType type);

// DATE, DATETIME and TIMESTAMP: year, month, day, hour, minute, second and microsecond packed.
std::optional<std::uint64_t> date_of_text(std::string_view text);
std::optional<std::uint64_t> date_of_binary(wire::BytesView value);
// TIME in microseconds.
std::optional<std::int64_t> time_of_text(std::string_view text);
std::optional<std::int64_t> time_of_binary(wire::BytesView value);

}  // namespace leasehold::proxy
