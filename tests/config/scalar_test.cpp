#include "config/scalar.h"

#include <gtest/gtest.h>

namespace leasehold::config {
namespace {

using std::chrono::milliseconds;

TEST(Scalar, Sizes) {
    struct Row {
        const char* text;
        std::optional<std::uint64_t> bytes;
    };
    const Row rows[] = {
        {"0", 0},
        {"0B", 0},
        {"512B", 512},
        {"16KiB", 16384},
        {"64MiB", 67108864},
        {"1GiB", 1073741824},
        {"1 GiB", 1073741824},
        {"8589934591GiB", 9223372035781033984},
        {"8589934592GiB", std::nullopt},  // 2^63
        {"18446744073709551615B", std::nullopt},
        {"18446744073709551616B", std::nullopt},
        {"", std::nullopt},
        {"64", std::nullopt},
        {"64M", std::nullopt},
        {"64MB", std::nullopt},
        {"64mib", std::nullopt},
        {"-1B", std::nullopt},
        {"+1B", std::nullopt},
        {"1.5GiB", std::nullopt},
        {"0x10B", std::nullopt},
        {"MiB", std::nullopt},
        {" 1B", std::nullopt},
        {"1B ", std::nullopt},
    };
    for (const Row& row : rows) EXPECT_EQ(parse_size(row.text), row.bytes) << row.text;
}

TEST(Scalar, Durations) {
    struct Row {
        const char* text;
        std::optional<std::int64_t> ms;
    };
    const Row rows[] = {
        {"0", 0},
        {"250ms", 250},
        {"30s", 30'000},
        {"5m", 300'000},
        {"8h", 28'800'000},
        {"30", std::nullopt},
        {"30 s", 30'000},
        {"1d", std::nullopt},
        {"1h30m", std::nullopt},
        {"-1s", std::nullopt},
        {"1.5s", std::nullopt},
        {"s", std::nullopt},
        {"", std::nullopt},
        {"9223372036854775807ms", 9223372036854775807},
        {"9223372036854775808ms", std::nullopt},
        {"9223372036854775807h", std::nullopt},
    };
    for (const Row& row : rows) {
        std::optional<milliseconds> parsed = parse_duration(row.text);
        std::optional<std::int64_t> ms;
        if (parsed) ms = parsed->count();
        EXPECT_EQ(ms, row.ms) << row.text;
    }
}

TEST(Scalar, WritesTheLargestUnitThatDivides) {
    EXPECT_EQ(format_size(0), "0");
    EXPECT_EQ(format_size(1), "1B");
    EXPECT_EQ(format_size(1536), "1536B");
    EXPECT_EQ(format_size(65536), "64KiB");
    EXPECT_EQ(format_size(1ULL << 30), "1GiB");
    EXPECT_EQ(format_duration(milliseconds(0)), "0");
    EXPECT_EQ(format_duration(milliseconds(1500)), "1500ms");
    EXPECT_EQ(format_duration(milliseconds(90'000)), "90s");
    EXPECT_EQ(format_duration(milliseconds(3'600'000)), "1h");
    EXPECT_EQ(format_ratio(0.85), "0.85");
}

TEST(Scalar, Ratios) {
    EXPECT_EQ(parse_ratio("0.85"), 0.85);
    EXPECT_EQ(parse_ratio("1"), 1.0);
    EXPECT_EQ(parse_ratio("0"), 0.0);
    for (const char* text : {"", "-0.5", "1e2", "nan", "inf", "0x1p3", "85%", "1.2.3", "."}) {
        EXPECT_EQ(parse_ratio(text), std::nullopt) << text;
    }
}

TEST(Scalar, Counts) {
    EXPECT_EQ(parse_count("0"), 0u);
    EXPECT_EQ(parse_count("007"), 7u);
    EXPECT_EQ(parse_count("18446744073709551615"), 18446744073709551615ULL);
    for (const char* text : {"", "-1", "+1", "1 ", "1e3", "18446744073709551616", "many"}) {
        EXPECT_EQ(parse_count(text), std::nullopt) << text;
    }
}

TEST(Scalar, Flags) {
    EXPECT_EQ(parse_flag("true"), true);
    EXPECT_EQ(parse_flag("off"), false);
    EXPECT_EQ(parse_flag("1"), std::nullopt);
    EXPECT_EQ(parse_flag("True"), std::nullopt);
}

}  // namespace
}  // namespace leasehold::config
