// Sums, averages and how servers write them. The averages are MariaDB's own answers.
#include "proxy/merge_number.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

std::string sum(std::string_view a, std::string_view b) {
    ExactDecimal number = ExactDecimal::parse(a).value();
    number.add(ExactDecimal::parse(b).value());
    return number.text();
}

std::string mean(std::string_view total, std::uint64_t count, std::uint32_t decimals) {
    return average(ExactDecimal::parse(total).value(), count, decimals).text();
}

TEST(MergeNumber, sums_are_exact) {
    EXPECT_EQ(sum("0.10", "0.20"), "0.30");
    EXPECT_EQ(sum("-0.5", "0.25"), "-0.25");
    EXPECT_EQ(sum("99999999999999999999999999999999.99", "0.01"), "100000000000000000000000000000000.00");
    EXPECT_EQ(sum("18446744073709551615", "18446744073709551615"), "36893488147419103230");
    EXPECT_EQ(sum("-1.00", "1"), "0.00");
}

TEST(MergeNumber, averages_round_as_servers_do) {
    EXPECT_EQ(mean("10", 3, 4), "3.3333");
    EXPECT_EQ(mean("20", 3, 4), "6.6667");
    EXPECT_EQ(mean("-20", 3, 4), "-6.6667");
    EXPECT_EQ(mean("1.00", 3, 6), "0.333333");
    EXPECT_EQ(mean("2.00000", 3, 9), "0.666666666");  // nine digits are all the division gives
    EXPECT_EQ(mean("0", 7, 4), "0.0000");
}

TEST(MergeNumber, what_is_no_number_is_refused) {
    for (const char* text : {"", "-", "1.2.3", "1e5", "abc", " 1"})
        EXPECT_FALSE(ExactDecimal::parse(text) && *text != '.') << text;
    EXPECT_FALSE(ExactDecimal::parse(std::string(200, '9')));
}

TEST(MergeNumber, doubles_are_written_as_servers_write_them) {
    const auto text = [](double number) { return text_of(number, floating_decimals); };
    EXPECT_EQ(text(0.1), "0.1");
    EXPECT_EQ(text(0.1 + 0.2), "0.30000000000000004");
    EXPECT_EQ(text(100000000000000), "100000000000000");
    EXPECT_EQ(text(1e15), "1e15");
    EXPECT_EQ(text(1234567890123456.5), "1234567890123456.5");
    EXPECT_EQ(text(-1.5e300), "-1.5e300");
    EXPECT_EQ(text(1e-14), "0.00000000000001");
    EXPECT_EQ(text(1e-16), "1e-16");
    EXPECT_EQ(text(0), "0");
    EXPECT_EQ(text_of(2.5, 2), "2.50");
}

}  // namespace
}  // namespace leasehold::proxy
