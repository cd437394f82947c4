#include <gtest/gtest.h>

#include "metrics/histogram.h"
#include "metrics/process.h"

namespace leasehold::metrics {
namespace {

TEST(Histogram, AddsWorkersUp) {
    DurationHistogram first, second;
    first.observe_us(50);  // on the bound: not above it
    first.observe_us(51);
    second.observe_us(99'000'000);
    Histogram histogram;
    histogram.add(first);
    histogram.add(second);
    ASSERT_EQ(histogram.bounds.size(), DurationHistogram::bounds_us.size());
    ASSERT_EQ(histogram.cumulative.size(), histogram.bounds.size() + 1);
    EXPECT_DOUBLE_EQ(histogram.bounds.front(), 0.00005);
    EXPECT_EQ(histogram.cumulative[0], 1U);
    EXPECT_EQ(histogram.cumulative[1], 2U);
    EXPECT_EQ(histogram.cumulative[histogram.bounds.size() - 1], 2U);
    EXPECT_EQ(histogram.count(), 3U);
    EXPECT_DOUBLE_EQ(histogram.sum, 99.000101);
}

TEST(Histogram, Quantiles) {
    Histogram empty;
    EXPECT_EQ(empty.quantile(0.99), 0);
    const Histogram histogram{{0.001, 0.01, 0.1}, {50, 98, 99, 100}, 1};
    EXPECT_EQ(histogram.quantile(0.5), 0.001);
    EXPECT_EQ(histogram.quantile(0.51), 0.01);
    EXPECT_EQ(histogram.quantile(0.99), 0.1);
    EXPECT_EQ(histogram.quantile(1), 0.1);
}

// A line as Linux 6.1 writes it, with a program name that has every difficult character.
constexpr std::string_view stat_line =
    "4242 (a) (b) R) S 1 4242 4242 0 -1 4194560 1500 0 3 0 120 30 0 0 20 0 6 0 987654 300000000 2500 "
    "18446744073709551615 1 1 0 0 0 0 0 4096 17642 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

TEST(ProcessFigures, ParsesStat) {
    const auto stat = parse_process_stat(stat_line);
    ASSERT_TRUE(stat.has_value());
    EXPECT_EQ(stat->cpu_ticks, 150U);
    EXPECT_EQ(stat->threads, 6U);
    EXPECT_EQ(stat->start_ticks, 987654U);
    EXPECT_EQ(stat->virtual_bytes, 300000000U);
    EXPECT_EQ(stat->resident_pages, 2500U);
}

TEST(ProcessFigures, CutStatIsNoStat) {
    const std::size_t last_field = stat_line.find("2500");
    for (std::size_t length = 0; length < last_field; ++length) {
        EXPECT_FALSE(parse_process_stat(stat_line.substr(0, length))) << length;
    }
    EXPECT_FALSE(parse_process_stat("1 (x) S 1 2 3 4 5 6 7 8 9 10 notanumber 0 0 0 0 0 0 0 0 0 0"));
}

TEST(ProcessFigures, BootTime) {
    EXPECT_EQ(parse_boot_time("cpu 1 2 3\nbtime 1700000000\nprocesses 5\n"), 1700000000U);
    EXPECT_EQ(parse_boot_time("btime 7"), 7U);
    EXPECT_FALSE(parse_boot_time("cpu 1 2 3\nxbtime 17\n"));
    EXPECT_FALSE(parse_boot_time(""));
}

TEST(ProcessFigures, OfThisProcess) {
    const ProcessFigures figures = read_process_figures();
    EXPECT_GT(figures.resident_bytes.value_or(0), 100'000U);
    EXPECT_GE(figures.open_fds.value_or(0), 3U);
    EXPECT_GT(figures.max_fds.value_or(0), figures.open_fds.value_or(0));
    EXPECT_GT(figures.start_time_seconds.value_or(0), 1.6e9);
    EXPECT_GE(figures.threads.value_or(0), 1U);
}

}  // namespace
}  // namespace leasehold::metrics
