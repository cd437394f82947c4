#include "wire/bound_value.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>

#include "wire/malformed.h"

namespace leasehold::wire {
namespace {

// How a type's value is written.
enum class Encoding : std::uint8_t { none, one, two, four, eight, length_byte, lenenc, unbindable };

Encoding encoding_of(ColumnType type) {
    switch (type) {
        case ColumnType::null:
            return Encoding::none;
        case ColumnType::tiny:
        case ColumnType::boolean:
            return Encoding::one;
        case ColumnType::short_int:
        case ColumnType::year:
            return Encoding::two;
        case ColumnType::long_int:
        case ColumnType::int24:
        case ColumnType::float32:
            return Encoding::four;
        case ColumnType::long_long:
        case ColumnType::float64:
            return Encoding::eight;
        case ColumnType::date:
        case ColumnType::new_date:
        case ColumnType::time:
        case ColumnType::datetime:
        case ColumnType::timestamp:
            return Encoding::length_byte;
        case ColumnType::decimal:
        case ColumnType::new_decimal:
        case ColumnType::varchar:
        case ColumnType::bit:
        case ColumnType::vector:
        case ColumnType::json:
        case ColumnType::enumeration:
        case ColumnType::set:
        case ColumnType::tiny_blob:
        case ColumnType::medium_blob:
        case ColumnType::long_blob:
        case ColumnType::blob:
        case ColumnType::var_string:
        case ColumnType::string:
        case ColumnType::geometry:
            return Encoding::lenenc;
        default:
            return Encoding::unbindable;
    }
}

template <typename Signed, typename Unsigned>
SqlValue integer(Unsigned raw, bool is_unsigned) {
    if (is_unsigned) return std::uint64_t{raw};
    return std::int64_t{static_cast<Signed>(raw)};
}

// 0.1F is 0.1 and not 0.10000000149011612, as the server's own conversion by way of text has it.
double widen(float value) {
    char text[32];
    const auto written = std::to_chars(text, text + sizeof text, value);
    double wide = 0;
    std::from_chars(text, written.ptr, wide);
    return wide;
}

template <typename... Values>
std::string_view print(TemporalText& storage, std::size_t from, fmt::format_string<const Values&...> format,
                       const Values&... values) {
    const auto written = fmt::format_to_n(storage.data() + from, storage.size() - from, format, values...);
    return {storage.data(), static_cast<std::size_t>(written.out - storage.data())};
}

Result<SqlValue> date_text(Reader reader, bool with_time, TemporalText& storage) {
    const std::uint8_t length = reader.u8();
    if (length != 0 && length != 4 && length != 7 && length != 11) return malformed("date value");
    const std::uint16_t year = reader.remaining() > 0 ? reader.u16() : std::uint16_t{0};
    const std::uint8_t month = reader.remaining() > 0 ? reader.u8() : std::uint8_t{0};
    const std::uint8_t day = reader.remaining() > 0 ? reader.u8() : std::uint8_t{0};
    std::string_view text = print(storage, 0, "{:04}-{:02}-{:02}", year, month, day);
    if (with_time) {
        const std::uint8_t hour = length >= 7 ? reader.u8() : std::uint8_t{0};
        const std::uint8_t minute = length >= 7 ? reader.u8() : std::uint8_t{0};
        const std::uint8_t second = length >= 7 ? reader.u8() : std::uint8_t{0};
        text = print(storage, text.size(), " {:02}:{:02}:{:02}", hour, minute, second);
        if (length == 11) text = print(storage, text.size(), ".{:06}", reader.u32());
    }
    if (!reader.ok()) return malformed("date value");
    return SqlValue(text);
}

Result<SqlValue> time_text(Reader reader, TemporalText& storage) {
    const std::uint8_t length = reader.u8();
    if (length == 0) return SqlValue(print(storage, 0, "00:00:00"));
    if (length != 8 && length != 12) return malformed("time value");
    const bool negative = reader.u8() != 0;
    const std::uint64_t days = reader.u32();
    const std::uint64_t hours = days * 24 + reader.u8();
    const std::uint8_t minute = reader.u8();
    const std::uint8_t second = reader.u8();
    std::string_view text =
        print(storage, 0, "{}{:02}:{:02}:{:02}", negative ? "-" : "", hours, minute, second);
    if (length == 12) text = print(storage, text.size(), ".{:06}", reader.u32());
    if (!reader.ok()) return malformed("time value");
    return SqlValue(text);
}

}  // namespace

bool is_bindable(ColumnType type) {
    return encoding_of(type) != Encoding::unbindable;
}

BytesView read_encoded(Reader& reader, BoundType type) {
    Reader ahead = reader;
    switch (encoding_of(column_type_of(type))) {
        case Encoding::none:
        case Encoding::unbindable:
            return {};
        case Encoding::one:
            return reader.bytes(1);
        case Encoding::two:
            return reader.bytes(2);
        case Encoding::four:
            return reader.bytes(4);
        case Encoding::eight:
            return reader.bytes(8);
        case Encoding::length_byte:
            ahead.skip(ahead.u8());
            break;
        case Encoding::lenenc:
            ahead.lenenc_bytes();
            break;
    }
    if (!ahead.ok()) {
        reader = ahead;
        return {};
    }
    return reader.bytes(reader.remaining() - ahead.remaining());
}

Result<SqlValue> to_sql_value(const BoundValue& value, TemporalText& storage) {
    if (value.is_null || value.is_long_data) return SqlValue(Null{});
    const ColumnType type = column_type_of(value.type);
    const bool is_unsigned = (value.type & unsigned_bound) != 0;
    Reader reader(value.encoded);
    SqlValue result = Null{};
    switch (encoding_of(type)) {
        case Encoding::none:
            return result;
        case Encoding::one:
            result = integer<std::int8_t>(reader.u8(), is_unsigned);
            break;
        case Encoding::two:
            result = integer<std::int16_t>(reader.u16(), is_unsigned || type == ColumnType::year);
            break;
        case Encoding::four: {
            const std::uint32_t raw = reader.u32();
            if (type == ColumnType::float32) {
                result = widen(std::bit_cast<float>(raw));
            } else {
                result = integer<std::int32_t>(raw, is_unsigned);
            }
            break;
        }
        case Encoding::eight: {
            const std::uint64_t raw = reader.u64();
            if (type == ColumnType::float64) {
                result = std::bit_cast<double>(raw);
            } else {
                result = integer<std::int64_t>(raw, is_unsigned);
            }
            break;
        }
        case Encoding::length_byte:
            if (type == ColumnType::time) return time_text(reader, storage);
            return date_text(reader, type == ColumnType::datetime || type == ColumnType::timestamp, storage);
        case Encoding::lenenc: {
            const std::string_view text = reader.lenenc_text();
            if (type == ColumnType::decimal || type == ColumnType::new_decimal) {
                result = Decimal{text};
            } else {
                result = text;
            }
            break;
        }
        case Encoding::unbindable:
            return make_error(mysql_error::wrong_arguments, "Incorrect arguments to COM_STMT_EXECUTE");
    }
    if (!reader.ok()) return malformed("bound value");
    return result;
}

}  // namespace leasehold::wire
