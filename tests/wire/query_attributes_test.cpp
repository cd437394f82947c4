#include "wire/query_attributes.h"

#include <gtest/gtest.h>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::to_hex;

constexpr Capabilities with_attributes = capability::query_attributes;
// Two attributes, the second NULL; MySQL 9.7.4 answered SELECT 1.
const Bytes named = hex("03 02 01 02 01 fd00026161 fd00026262 0378797a 53454c4543542031");

TEST(Query, FindsTheText) {
    const Bytes plain = hex("03 53454c4543542031");
    EXPECT_EQ(decode_query(plain, 0)->text, "SELECT 1");
    EXPECT_EQ(decode_query(plain, 0)->text_offset, 1U);
    const Bytes none = hex("03 00 01 53454c4543542031");
    EXPECT_EQ(decode_query(none, with_attributes)->text, "SELECT 1");
    EXPECT_EQ(decode_query(none, with_attributes)->text_offset, 3U);
    const auto two = decode_query(named, with_attributes);
    ASSERT_TRUE(two.has_value());
    EXPECT_EQ(two->text, "SELECT 1");
    EXPECT_EQ(two->attributes, 2U);
    EXPECT_EQ(two->text_offset, named.size() - 8);
    EXPECT_EQ(decode_query(hex("03"), 0)->text, "");
}

TEST(Query, GivesTheAttributes) {
    const auto attributes = decode_query_attributes(named, with_attributes);
    ASSERT_TRUE(attributes.has_value());
    ASSERT_EQ(attributes->size(), 2U);
    EXPECT_EQ((*attributes)[0].name, "aa");
    TemporalText storage;
    EXPECT_EQ(std::get<std::string_view>(*to_sql_value((*attributes)[0], storage)), "xyz");
    EXPECT_EQ((*attributes)[1].name, "bb");
    EXPECT_TRUE((*attributes)[1].is_null);
    EXPECT_TRUE(decode_query_attributes(named, 0)->empty());
}

TEST(Query, EveryTruncationBeforeTheTextFails) {
    testing::for_each_truncation(named, [](BytesView prefix, std::size_t size) {
        EXPECT_EQ(decode_query(prefix, with_attributes).has_value(), size >= named.size() - 8) << size;
    });
    EXPECT_FALSE(decode_query(hex(""), 0).has_value());
}

TEST(Query, RefusesWhatMakesNoSense) {
    EXPECT_FALSE(decode_query(hex("03 00 02 31"), with_attributes).has_value());  // two sets
    EXPECT_FALSE(decode_query(hex("03 feffffffffffffffff 01 31"), with_attributes).has_value());
    const auto no_types = decode_query(hex("03 01 01 00 00 31"), with_attributes);
    EXPECT_EQ(no_types.error().code, mysql_error::wrong_arguments);
}

TEST(Query, EncodesForEitherConnection) {
    Bytes plain;
    append_query(plain, "SELECT 1", 0);
    EXPECT_EQ(to_hex(plain), "0353454c4543542031");
    Bytes none;
    append_query(none, "SELECT 1", with_attributes);
    EXPECT_EQ(to_hex(none), "03000153454c4543542031");
    Bytes kept;
    append_query_with_attributes(kept, named, *decode_query(named, with_attributes), "DO 1");
    EXPECT_EQ(decode_query(kept, with_attributes)->text, "DO 1");
    EXPECT_EQ(decode_query_attributes(kept, with_attributes)->size(), 2U);
}

}  // namespace
}  // namespace leasehold::wire
