#include "wire/bound_value.h"

#include <gtest/gtest.h>

#include <string>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"

namespace leasehold::wire {
namespace {

using testing::hex;

std::string show(const SqlValue& value) {
    if (std::holds_alternative<Null>(value)) return "NULL";
    if (const auto* i = std::get_if<std::int64_t>(&value)) return "i" + std::to_string(*i);
    if (const auto* u = std::get_if<std::uint64_t>(&value)) return "u" + std::to_string(*u);
    if (const auto* d = std::get_if<double>(&value)) return *d == 0.1 ? "d0.1" : "d" + std::to_string(*d);
    if (const auto* d = std::get_if<Decimal>(&value)) return "n" + std::string(d->digits);
    if (const auto* t = std::get_if<std::string_view>(&value)) return "'" + std::string(*t) + "'";
    return "?";
}

constexpr BoundType type_of(ColumnType type) {
    return static_cast<BoundType>(type);
}
constexpr BoundType unsigned_of(ColumnType type) {
    return static_cast<BoundType>(type_of(type) | unsigned_bound);
}

struct Case {
    BoundType type;
    std::string_view bytes;
    std::string_view shown;
};
// dev.mysql.com, "Binary Protocol Value", with its own examples where it has some.
const Case cases[] = {
    {type_of(ColumnType::null), "", "NULL"},
    {type_of(ColumnType::tiny), "ff", "i-1"},
    {unsigned_of(ColumnType::tiny), "ff", "u255"},
    {type_of(ColumnType::short_int), "0080", "i-32768"},
    {unsigned_of(ColumnType::short_int), "0080", "u32768"},
    {type_of(ColumnType::year), "ea07", "u2026"},
    {type_of(ColumnType::long_int), "01000000", "i1"},
    {type_of(ColumnType::long_int), "ffffffff", "i-1"},
    {unsigned_of(ColumnType::int24), "ffffffff", "u4294967295"},
    {type_of(ColumnType::long_long), "0000000000000080", "i-9223372036854775808"},
    {unsigned_of(ColumnType::long_long), "0000000000000080", "u9223372036854775808"},
    {type_of(ColumnType::float64), "6666666666662440", "d10.200000"},
    {type_of(ColumnType::float32), "33332341", "d10.200000"},
    {type_of(ColumnType::float32), "cdcccc3d", "d0.1"},
    {type_of(ColumnType::string), "03666f6f", "'foo'"},
    {type_of(ColumnType::var_string), "00", "''"},
    {type_of(ColumnType::blob), "fc0300666f6f", "'foo'"},
    {type_of(ColumnType::json), "027b7d", "'{}'"},
    {type_of(ColumnType::new_decimal), "04312e3530", "n1.50"},
    {type_of(ColumnType::decimal), "0131", "n1"},
    {type_of(ColumnType::date), "04 da07 0a 11", "'2010-10-17'"},
    {type_of(ColumnType::date), "00", "'0000-00-00'"},
    {type_of(ColumnType::datetime), "0b da07 0a 11 13 1b 1e 01000000", "'2010-10-17 19:27:30.000001'"},
    {type_of(ColumnType::datetime), "07 da07 0a 11 13 1b 1e", "'2010-10-17 19:27:30'"},
    {type_of(ColumnType::datetime), "04 da07 0a 11", "'2010-10-17 00:00:00'"},
    {type_of(ColumnType::timestamp), "00", "'0000-00-00 00:00:00'"},
    {type_of(ColumnType::time), "0c 01 78000000 13 1b 1e 01000000", "'-2899:27:30.000001'"},
    {type_of(ColumnType::time), "08 00 00000000 01 02 03", "'01:02:03'"},
    {type_of(ColumnType::time), "00", "'00:00:00'"},
    // The longest texts that bytes can make.
    {type_of(ColumnType::datetime), "0b ffff ff ff ff ff ff ffffffff",
     "'65535-255-255 255:255:255.4294967295'"},
    {type_of(ColumnType::time), "0c ff ffffffff ff ff ff ffffffff", "'-103079215335:255:255.4294967295'"},
};

TEST(BoundValue, ReadsEveryType) {
    for (const Case& one : cases) {
        Bytes bytes = hex(one.bytes);
        bytes.push_back(0xEE);  // the next value's
        Reader reader(bytes);
        BoundValue value;
        value.type = one.type;
        value.encoded = read_encoded(reader, one.type);
        EXPECT_TRUE(reader.ok());
        EXPECT_EQ(reader.remaining(), 1U) << one.bytes;
        TemporalText storage;
        const auto decoded = to_sql_value(value, storage);
        ASSERT_TRUE(decoded.has_value()) << one.bytes;
        EXPECT_EQ(show(*decoded), one.shown);
    }
}

TEST(BoundValue, EveryTruncationFails) {
    for (const Case& one : cases) {
        testing::for_each_truncation(hex(one.bytes), [&](BytesView prefix, std::size_t) {
            Reader reader(prefix);
            EXPECT_TRUE(read_encoded(reader, one.type).empty());
            EXPECT_FALSE(reader.ok()) << one.bytes;
        });
    }
}

TEST(BoundValue, RefusesOtherLengthsOfDatesAndTimes) {
    for (const auto& [type, bytes] : {std::pair(ColumnType::date, "03 da070a"),
                                      {ColumnType::datetime, "05 da070a1101"},
                                      {ColumnType::time, "01 00"},
                                      {ColumnType::time, "09 000000000000000000"}}) {
        const Bytes encoded = hex(bytes);
        BoundValue value;
        value.type = type_of(type);
        value.encoded = encoded;
        TemporalText storage;
        EXPECT_EQ(to_sql_value(value, storage).error().code, mysql_error::malformed_packet) << bytes;
    }
}

TEST(BoundValue, KnowsWhatCannotBeBound) {
    EXPECT_FALSE(is_bindable(ColumnType::timestamp2));
    EXPECT_FALSE(is_bindable(ColumnType::typed_array));
    EXPECT_FALSE(is_bindable(static_cast<ColumnType>(0x50)));
    BoundValue value;
    value.type = type_of(ColumnType::datetime2);
    TemporalText storage;
    EXPECT_EQ(to_sql_value(value, storage).error().code, mysql_error::wrong_arguments);
}

TEST(BoundValue, NullAndLongDataHaveNoValueHere) {
    TemporalText storage;
    BoundValue value;
    value.type = type_of(ColumnType::long_long);
    value.is_null = true;
    EXPECT_EQ(show(*to_sql_value(value, storage)), "NULL");
    value.is_null = false;
    value.is_long_data = true;
    EXPECT_EQ(show(*to_sql_value(value, storage)), "NULL");
}

}  // namespace
}  // namespace leasehold::wire
