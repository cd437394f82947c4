#include "router/key_range.h"

#include <gtest/gtest.h>

namespace leasehold::router {
namespace {

using std::string_literals::operator""s;

TEST(KeyRange, parses_what_vitess_writes) {
    const struct {
        std::string_view text;
        KeyRange range;
    } cases[] = {
        {"-", {"", ""}},
        {"0", {"", ""}},
        {"-80", {"", "\x80"}},
        {"80-", {"\x80", ""}},
        {"40-80", {"\x40", "\x80"}},
        {"-4000", {"", "\x40"}},
        {"8000-", {"\x80", ""}},
        {"aB-CD", {"\xab", "\xcd"}},
        {"0010-0020", {"\0\x10"s, "\0\x20"s}},
        {"00-80", {"", "\x80"}},
    };
    for (const auto& c : cases) {
        const Result<KeyRange> range = parse_key_range(c.text);
        ASSERT_TRUE(range) << c.text;
        EXPECT_EQ(*range, c.range) << c.text;
    }
}

// vitessio/vitess go/vt/vtgate/vindexes/cfc_test.go TestDestinationKeyRangeFromPrefix, without the zero bytes
// at the end of a bound, which mean nothing.
TEST(KeyRange, of_a_prefix) {
    EXPECT_EQ(range_of_prefix("\x03\x7b\xff"), (KeyRange{"\x03\x7b\xff", "\x03\x7c"}));
    EXPECT_EQ(range_of_prefix("\x03\x7b\xff\x06\x07"),
              (KeyRange{"\x03\x7b\xff\x06\x07", "\x03\x7b\xff\x06\x08"}));
    EXPECT_EQ(range_of_prefix("\xff\xff\xff"), (KeyRange{"\xff\xff\xff", ""}));
    EXPECT_EQ(range_of_prefix(""), (KeyRange{}));
}

TEST(KeyRange, refuses_what_is_none) {
    const struct {
        std::string_view text;
        std::string_view why;
    } cases[] = {
        {"", "no \"-\" between its bounds"},
        {"80", "no \"-\" between its bounds"},
        {"8-", "a bound is not an even number of hex digits"},
        {"-g0", "a bound is not an even number of hex digits"},
        {"40-80-c0", "a bound is not an even number of hex digits"},
        {"80-40", "its start is not below its end"},
        {"80-80", "its start is not below its end"},
        {"80-8000", "its start is not below its end"},
        {" -80", "a bound is not an even number of hex digits"},
    };
    for (const auto& c : cases) {
        const Result<KeyRange> range = parse_key_range(c.text);
        ASSERT_FALSE(range) << c.text;
        EXPECT_EQ(range.error().message, "key range \"" + std::string(c.text) + "\": " + std::string(c.why));
        EXPECT_EQ(range.error().code, 1105);
    }
}

TEST(KeyRange, holds_ids_from_start_to_before_end) {
    const KeyRange range = parse_key_range("40-80").value();
    EXPECT_FALSE(range.contains("\x3f\xff\xff"));
    EXPECT_TRUE(range.contains("\x40"));
    EXPECT_TRUE(range.contains("\x40\0"s));
    EXPECT_TRUE(range.contains("\x7f\xff\xff\xff\xff\xff\xff\xff\xff"));
    EXPECT_FALSE(range.contains("\x80"));
    EXPECT_FALSE(range.contains("\xff"));  // bytes compare unsigned
    EXPECT_FALSE(range.contains(""));
    EXPECT_TRUE(parse_key_range("-").value().contains(""));
    EXPECT_TRUE(parse_key_range("80-").value().contains("\xff\xff"));
}

std::vector<std::string> problems_of(const std::vector<std::string_view>& texts) {
    std::vector<KeyRange> ranges;
    for (const std::string_view text : texts) ranges.push_back(parse_key_range(text).value());
    return coverage_problems(ranges);
}

TEST(KeyRange, coverage_has_neither_gap_nor_overlap) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(problems_of({"-"}), Lines{});
    EXPECT_EQ(problems_of({"-80", "80-"}), Lines{});
    EXPECT_EQ(problems_of({"-40", "40-80", "8000-c0", "c0-"}), Lines{});
    EXPECT_EQ(problems_of({}), Lines{"there is no shard"});
    EXPECT_EQ(problems_of({"40-80", "80-"}), Lines{"no shard holds -40"});
    EXPECT_EQ(problems_of({"-40", "40-80"}), Lines{"no shard holds 80-"});
    EXPECT_EQ(problems_of({"-40", "80-"}), Lines{"no shard holds 40-80"});
    EXPECT_EQ(problems_of({"-80", "40-"}), Lines{"shards -80 and 40- overlap"});
    EXPECT_EQ(problems_of({"-", "-"}), Lines{"shards - and - overlap"});
    EXPECT_EQ(problems_of({"10-20", "30-40", "35-50"}),
              (Lines{"no shard holds -10", "no shard holds 20-30", "shards 30-40 and 35-50 overlap",
                     "no shard holds 50-"}));
}

TEST(KeyRange, text_of_a_range) {
    EXPECT_EQ(to_string(parse_key_range("AB-CD00").value()), "ab-cd");
    EXPECT_EQ(to_string(KeyRange{}), "-");
    EXPECT_EQ(to_hex("\x00\xff\x0a"s), "00ff0a");
    EXPECT_EQ(from_hex("00fF0a"), "\x00\xff\x0a"s);
    EXPECT_EQ(from_hex("0"), std::nullopt);
    EXPECT_EQ(from_hex("zz"), std::nullopt);
    EXPECT_EQ(from_hex(""), "");
}

}  // namespace
}  // namespace leasehold::router
