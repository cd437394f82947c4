// Column types and column flags, as in column definitions and bound parameters.
// Source: dev.mysql.com, "enum_field_types" and "Column Definition Flags".
#pragma once

#include <cstdint>

namespace leasehold::wire {

enum class ColumnType : std::uint8_t {
    decimal = 0x00,
    tiny = 0x01,
    short_int = 0x02,
    long_int = 0x03,
    float32 = 0x04,
    float64 = 0x05,
    null = 0x06,
    timestamp = 0x07,
    long_long = 0x08,
    int24 = 0x09,
    date = 0x0A,
    time = 0x0B,
    datetime = 0x0C,
    year = 0x0D,
    new_date = 0x0E,
    varchar = 0x0F,
    bit = 0x10,
    timestamp2 = 0x11,
    datetime2 = 0x12,
    time2 = 0x13,
    typed_array = 0x14,
    vector = 0xF2,
    boolean = 0xF4,
    json = 0xF5,
    new_decimal = 0xF6,
    enumeration = 0xF7,
    set = 0xF8,
    tiny_blob = 0xF9,
    medium_blob = 0xFA,
    long_blob = 0xFB,
    blob = 0xFC,
    var_string = 0xFD,
    string = 0xFE,
    geometry = 0xFF,
};

using ColumnFlags = std::uint16_t;

namespace column_flag {
inline constexpr ColumnFlags not_null = 1;
inline constexpr ColumnFlags primary_key = 2;
inline constexpr ColumnFlags unique_key = 4;
inline constexpr ColumnFlags multiple_key = 8;
inline constexpr ColumnFlags blob = 16;
inline constexpr ColumnFlags is_unsigned = 32;
inline constexpr ColumnFlags zerofill = 64;
inline constexpr ColumnFlags binary = 128;
inline constexpr ColumnFlags is_enum = 256;
inline constexpr ColumnFlags auto_increment = 512;
inline constexpr ColumnFlags timestamp = 1024;
inline constexpr ColumnFlags is_set = 2048;
inline constexpr ColumnFlags no_default_value = 4096;
inline constexpr ColumnFlags on_update_now = 8192;
inline constexpr ColumnFlags part_key = 16384;
inline constexpr ColumnFlags numeric = 32768;
}  // namespace column_flag

// Ids that every MySQL and MariaDB server knows (information_schema.collations).
namespace collation {
inline constexpr std::uint16_t latin1_swedish_ci = 8;
inline constexpr std::uint16_t utf8mb3_general_ci = 33;
inline constexpr std::uint16_t utf8mb4_general_ci = 45;
inline constexpr std::uint16_t utf8mb4_bin = 46;
inline constexpr std::uint16_t binary = 63;
inline constexpr std::uint16_t utf8mb4_unicode_ci = 224;
inline constexpr std::uint16_t utf8mb4_0900_ai_ci = 255;  // MySQL 8 and later only
}  // namespace collation

}  // namespace leasehold::wire
