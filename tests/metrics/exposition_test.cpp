#include "metrics/exposition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>

#include "metrics/error_counts.h"

namespace leasehold::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

Histogram two_waits() {
    DurationHistogram counters;
    counters.observe_us(70);
    counters.observe_us(20'000'000);
    Histogram histogram;
    histogram.add(counters);
    return histogram;
}

TabletFigures tablet(std::string address) {
    TabletFigures figures;
    figures.keyspace = "customer";
    figures.shard = "-80";
    figures.tablet_type = "replica";
    figures.tablet = std::move(address);
    figures.up = true;
    figures.capacity = 64;
    figures.idle = 3;
    figures.leased = 2;
    figures.opened = 7;
    figures.closed = {{"idle", 1}, {"lifetime", 1}};
    figures.leases = {{"plain", 40}, {"reserved", 2}};
    figures.returned = {{"reuse", 41}};
    figures.reserved_now = {{"transaction", 0}};
    figures.reserved_total = {{"transaction", 2}};
    figures.wait = two_waits();
    figures.replication_lag_seconds = 1.5;
    return figures;
}

Snapshot full_snapshot() {
    Snapshot snapshot;
    snapshot.version = "0.1.0";
    snapshot.uptime_seconds = 12.5;
    snapshot.listening = true;
    snapshot.tablets = {tablet("127.0.0.1:3322"), tablet("127.0.0.1:3323")};
    snapshot.queries = {{"customer", "equal_unique", "select", 9}};
    snapshot.query_times = {{"customer", "equal_unique", two_waits()}};
    snapshot.errors = {{"customer", "1062", 3}};
    snapshot.traffic = {{"customer", "in", 0, 100}, {"customer", "out", 7, 900}};
    snapshot.gathered = {{"customer", 40, 4000}};
    snapshot.transactions = {{"customer", "single", "commit", 4}};
    snapshot.clients = {{"customer", "idle", 5}};
    snapshot.plan_cache = {100, 10, 1, 9, 4096};
    snapshot.memory = {{"relay_buffers", 16384}};
    snapshot.live_connections = 10;
    return snapshot;
}

TEST(Exposition, ContractNamesAndLabels) {
    const std::string text = render(full_snapshot());
    const std::string place =
        R"({keyspace="customer",shard="-80",tablet_type="replica",tablet="127.0.0.1:3322")";
    for (const std::string& line : {
             "leasehold_pool_connections" + place + R"(,state="idle"} 3)",
             "leasehold_pool_connections" + place + R"(,state="leased"} 2)",
             "leasehold_pool_connections" + place + R"(,state="reserved"} 0)",
             "leasehold_pool_connections" + place + R"(,state="connecting"} 0)",
             "leasehold_pool_capacity" + place + "} 64",
             "leasehold_pool_waiters" + place + "} 0",
             "leasehold_pool_wait_seconds_count" + place + "} 2",
             "leasehold_pool_wait_seconds_bucket" + place + R"(,le="5e-05"} 0)",
             "leasehold_pool_wait_seconds_bucket" + place + R"(,le="0.0001"} 1)",
             "leasehold_pool_wait_seconds_bucket" + place + R"(,le="10"} 1)",
             "leasehold_pool_wait_seconds_bucket" + place + R"(,le="+Inf"} 2)",
             "leasehold_connections_opened_total" + place + "} 7",
             "leasehold_connections_closed_total" + place + R"(,cause="lifetime"} 1)",
             "leasehold_leases_total" + place + R"(,kind="reserved"} 2)",
             "leasehold_leases_returned_total" + place + R"(,disposition="reuse"} 41)",
             "leasehold_reserved_leases" + place + R"(,reason="transaction"} 0)",
             std::string("leasehold_live_connections 10"),
             std::string(
                 R"(leasehold_queries_total{keyspace="customer",plan="equal_unique",statement="select"} 9)"),
             std::string(R"(leasehold_query_seconds_count{keyspace="customer",plan="equal_unique"} 2)"),
             std::string(R"(leasehold_errors_total{keyspace="customer",code="1062"} 3)"),
             std::string(R"(leasehold_rows_total{keyspace="customer",direction="out"} 7)"),
             std::string(R"(leasehold_bytes_total{keyspace="customer",direction="in"} 100)"),
             std::string(
                 R"(leasehold_transactions_total{keyspace="customer",kind="single",outcome="commit"} 4)"),
             std::string("leasehold_plan_cache_hits 100"),
             std::string("leasehold_plan_cache_misses 10"),
             std::string("leasehold_plan_cache_evictions 1"),
             std::string("leasehold_plan_cache_entries 9"),
             std::string(R"(leasehold_clients{keyspace="customer",state="idle"} 5)"),
             std::string(R"(leasehold_memory_bytes{component="relay_buffers"} 16384)"),
             "leasehold_tablet_up" + place + "} 1",
             "leasehold_replication_lag_seconds" + place + "} 1.5",
         }) {
        EXPECT_THAT(text, HasSubstr(line + "\n"));
    }
    EXPECT_THAT(text, HasSubstr("\nprocess_resident_memory_bytes "));
    EXPECT_THAT(text, HasSubstr("\nprocess_cpu_seconds_total "));
    EXPECT_THAT(text, HasSubstr("\nprocess_open_fds "));
}

TEST(Exposition, TabletBeingReplacedIsAddedUpNotWrittenTwice) {
    Snapshot snapshot;
    snapshot.tablets = {tablet("127.0.0.1:3322"), tablet("127.0.0.1:3322")};
    snapshot.tablets[1].up = false;
    const std::string text = render(snapshot, ProcessFigures());
    const std::string place =
        R"({keyspace="customer",shard="-80",tablet_type="replica",tablet="127.0.0.1:3322")";
    EXPECT_THAT(text, HasSubstr("leasehold_connections_opened_total" + place + "} 14\n"));
    EXPECT_THAT(text, HasSubstr("leasehold_pool_wait_seconds_bucket" + place + R"(,le="+Inf"} 4)"));
    EXPECT_THAT(text, HasSubstr("leasehold_pool_wait_seconds_bucket" + place + R"(,le="0.0001"} 2)"));
    EXPECT_THAT(text, HasSubstr("leasehold_tablet_up" + place + "} 1\n"));
    EXPECT_THAT(text, HasSubstr("leasehold_pool_capacity" + place + "} 64\n"));
    const std::string sample = "leasehold_pool_capacity" + place;
    EXPECT_EQ(text.find(sample, text.find(sample) + 1), std::string::npos);
}

TEST(Exposition, ErrorCodesAreCapped) {
    Snapshot snapshot;
    for (int code = 1; code <= 100; ++code) snapshot.errors.push_back({"a", std::to_string(code), 2});
    snapshot.errors.push_back({"a", "1", 5});
    snapshot.errors.push_back({"b", "100", 1});
    const std::string text = render(snapshot, ProcessFigures());
    EXPECT_THAT(text, HasSubstr("leasehold_errors_total{keyspace=\"a\",code=\"1\"} 7\n"));
    EXPECT_THAT(text, HasSubstr("leasehold_errors_total{keyspace=\"a\",code=\"64\"} 2\n"));
    EXPECT_THAT(text, Not(HasSubstr("leasehold_errors_total{keyspace=\"a\",code=\"65\"}")));
    EXPECT_THAT(text, HasSubstr("leasehold_errors_total{keyspace=\"a\",code=\"other\"} 72\n"));
    EXPECT_THAT(text, HasSubstr("leasehold_errors_total{keyspace=\"b\",code=\"100\"} 1\n"));
}

TEST(Exposition, LabelValuesAreEscaped) {
    Snapshot snapshot;
    snapshot.clients = {{"a\"b\\c\nd", "idle", 1}};
    EXPECT_THAT(render(snapshot, ProcessFigures()),
                HasSubstr(R"(leasehold_clients{keyspace="a\"b\\c\nd",state="idle"} 1)"));
}

TEST(Exposition, NoFamilyWithoutSamples) {
    EXPECT_THAT(render(Snapshot(), ProcessFigures()), Not(HasSubstr("leasehold_queries_total")));
}

TEST(Exposition, PromtoolFindsNothing) {
    if (std::system("command -v promtool >/dev/null 2>&1") != 0) GTEST_SKIP() << "promtool is not installed";
    FILE* promtool = popen("promtool check metrics 2>&1", "w");
    ASSERT_NE(promtool, nullptr);
    const std::string text = render(full_snapshot());
    ASSERT_EQ(std::fwrite(text.data(), 1, text.size(), promtool), text.size());
    const int status = pclose(promtool);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "1: not parsed, 3: parsed, with objections; see the output above";
}

TEST(ErrorCounts, BoundedInDistinctCodes) {
    ErrorCounts counts;
    for (std::uint16_t round = 0; round < 3; ++round) {
        for (std::uint16_t code = 1000; code < 1100; ++code) counts.count(code);
    }
    const auto read = counts.read();
    ASSERT_EQ(read.size(), max_error_codes + 1);
    EXPECT_EQ(read.front(), std::make_pair(std::string("1000"), std::uint64_t{3}));
    EXPECT_EQ(read.back(), std::make_pair(std::string("other"), std::uint64_t{36 * 3}));
}

TEST(ErrorCounts, NumberZeroIsOther) {
    ErrorCounts counts;
    counts.count(0);
    counts.count(1062);
    EXPECT_EQ(counts.read(), (std::vector<std::pair<std::string, std::uint64_t>>{{"1062", 1}, {"other", 1}}));
}

}  // namespace
}  // namespace leasehold::metrics
