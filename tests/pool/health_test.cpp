#include "pool/health.h"

#include <gtest/gtest.h>

#include "pool/control_connection.h"
#include "pool/control_kills.h"

namespace leasehold::pool {
namespace {

using Change = RiseFall::Change;

config::Health limits(std::uint32_t fall, std::uint32_t rise) {
    config::Health health;
    health.fall = fall;
    health.rise = rise;
    return health;
}

TEST(RiseFall, FirstProbeDecidesAtOnce) {
    RiseFall down(limits(3, 2), true);
    EXPECT_EQ(down.failed(), Change::went_down);
    RiseFall up(limits(3, 2), false);
    EXPECT_EQ(up.succeeded(), Change::went_up);
    RiseFall stays(limits(3, 2), true);
    EXPECT_EQ(stays.succeeded(), Change::none);
    EXPECT_TRUE(stays.up());
}

TEST(RiseFall, FallsAfterFailuresInARowOnly) {
    RiseFall state(limits(3, 2), true);
    state.succeeded();
    EXPECT_EQ(state.failed(), Change::none);
    EXPECT_EQ(state.failed(), Change::none);
    EXPECT_EQ(state.succeeded(), Change::none);
    EXPECT_EQ(state.failed(), Change::none);
    EXPECT_EQ(state.failed(), Change::none);
    EXPECT_TRUE(state.up());
    EXPECT_EQ(state.failures(), 2U);
    EXPECT_EQ(state.failed(), Change::went_down);
    EXPECT_EQ(state.failed(), Change::none) << "told once";
    EXPECT_EQ(state.failures(), 4U);
}

TEST(RiseFall, RisesAfterSuccessesInARowOnly) {
    RiseFall state(limits(1, 3), true);
    EXPECT_EQ(state.failed(), Change::went_down);
    EXPECT_EQ(state.succeeded(), Change::none);
    EXPECT_EQ(state.succeeded(), Change::none);
    EXPECT_EQ(state.failed(), Change::none);
    EXPECT_EQ(state.succeeded(), Change::none);
    EXPECT_EQ(state.succeeded(), Change::none);
    EXPECT_EQ(state.succeeded(), Change::went_up);
    EXPECT_EQ(state.failures(), 0U);
}

TEST(RiseFall, SomebodyElsesChangeStartsCountingAnew) {
    RiseFall state(limits(2, 2), true);
    state.succeeded();
    EXPECT_EQ(state.failed(), Change::none);
    state.assume(true);
    EXPECT_EQ(state.failures(), 1U) << "nothing changed";
    state.assume(false);
    EXPECT_EQ(state.succeeded(), Change::none);
    EXPECT_EQ(state.succeeded(), Change::went_up);
}

TEST(RiseFall, NewLimitsHoldFromTheNextProbe) {
    RiseFall state(limits(10, 1), true);
    state.succeeded();
    state.failed();
    state.failed();
    state.set_limits(limits(3, 1));
    EXPECT_EQ(state.failed(), Change::went_down);
}

using Row = std::vector<StatusField>;

TEST(ReplicaStatus, NoRowIsNoReplica) {
    EXPECT_EQ(parse_replica_status({}).state, Replication::State::none);
}

TEST(ReplicaStatus, MariaDbNames) {
    const Replication running = parse_replica_status(
        {Row{{"Slave_IO_Running", "Yes"}, {"Slave_SQL_Running", "Yes"}, {"Seconds_Behind_Master", "17"}}});
    EXPECT_EQ(running.state, Replication::State::running);
    EXPECT_EQ(running.lag_seconds, 17U);
}

TEST(ReplicaStatus, MySqlNames) {
    const Replication running = parse_replica_status(
        {Row{{"Replica_IO_Running", "Yes"}, {"Replica_SQL_Running", "Yes"}, {"Seconds_Behind_Source", "0"}}});
    EXPECT_EQ(running, (Replication{Replication::State::running, 0, ""}));
}

TEST(ReplicaStatus, NullLagIsBroken) {
    const Replication broken =
        parse_replica_status({Row{{"Slave_IO_Running", "Yes"},
                                  {"Slave_SQL_Running", "No"},
                                  {"Seconds_Behind_Master", std::nullopt},
                                  {"Last_IO_Error", ""},
                                  {"Last_SQL_Error", "Error 'Duplicate entry' on query"}}});
    EXPECT_EQ(broken.state, Replication::State::broken);
    EXPECT_EQ(broken.error, "Error 'Duplicate entry' on query");
}

TEST(ReplicaStatus, ThreadThatConnectsIsBrokenWithWhatIsKnown) {
    const Replication broken = parse_replica_status({Row{
        {"Slave_IO_Running", "Connecting"}, {"Slave_SQL_Running", "Yes"}, {"Seconds_Behind_Master", "5"}}});
    EXPECT_EQ(broken.state, Replication::State::broken);
    EXPECT_EQ(broken.lag_seconds, 0U);
    EXPECT_EQ(broken.error, "IO thread: Connecting, SQL thread: Yes");
}

TEST(ReplicaStatus, OddAnswersAreBrokenNotTrusted) {
    for (const Row& row : {
             Row{},
             Row{{"Slave_IO_Running", std::nullopt}},
             Row{{"Slave_IO_Running", "Yes"}, {"Slave_SQL_Running", "Yes"}, {"Seconds_Behind_Master", "-1"}},
             Row{{"Slave_IO_Running", "Yes"}, {"Slave_SQL_Running", "Yes"}, {"Seconds_Behind_Master", "1x"}},
             Row{{"Slave_IO_Running", "Yes"},
                 {"Slave_SQL_Running", "Yes"},
                 {"Seconds_Behind_Master", "99999999999999999999999"}},
         }) {
        EXPECT_EQ(parse_replica_status({row}).state, Replication::State::broken);
    }
}

TEST(ReplicaStatus, WorstOfSeveralChannels) {
    const auto channel = [](std::string_view io, std::string_view behind) {
        return Row{
            {"Replica_IO_Running", io}, {"Replica_SQL_Running", "Yes"}, {"Seconds_Behind_Source", behind}};
    };
    EXPECT_EQ(
        parse_replica_status({channel("Yes", "3"), channel("Yes", "9"), channel("Yes", "1")}).lag_seconds,
        9U);
    EXPECT_EQ(parse_replica_status({channel("Yes", "3"), channel("No", "0")}).state,
              Replication::State::broken);
}

TEST(TabletIdentity, FindsCollations) {
    TabletIdentity identity;
    identity.collations = {{8, "latin1_swedish_ci", "latin1", true},
                           {45, "utf8mb4_general_ci", "utf8mb4", true},
                           {2304, "utf8mb4_uca1400_ai_ci", "utf8mb4", false}};
    ASSERT_NE(identity.find_collation(std::uint16_t{45}), nullptr);
    EXPECT_EQ(identity.find_collation(std::uint16_t{45})->name, "utf8mb4_general_ci");
    EXPECT_EQ(identity.find_collation(std::uint16_t{46}), nullptr);
    EXPECT_EQ(identity.find_collation(std::uint16_t{9999}), nullptr);
    ASSERT_NE(identity.find_collation("utf8mb4_uca1400_ai_ci"), nullptr);
    EXPECT_EQ(identity.find_collation("utf8mb4_uca1400_ai_ci")->id, 2304);
    EXPECT_EQ(identity.find_collation("utf16_bin"), nullptr);
}

TEST(KillQueue, FirstComeFirstSentAndPutBackInFront) {
    const KillQueue::TimePoint start{};
    KillQueue queue;
    EXPECT_FALSE(queue.pop());
    queue.push({1, start});
    queue.push({2, start});
    const auto first = queue.pop();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->thread_id, 1U);
    queue.put_back(*first);
    EXPECT_EQ(queue.size(), 2U);
    EXPECT_EQ(queue.pop()->thread_id, 1U);
    EXPECT_EQ(queue.pop()->thread_id, 2U);
    EXPECT_TRUE(queue.empty());
}

TEST(KillQueue, ThreadIdsFromBeforeARestartAreDropped) {
    const KillQueue::TimePoint start = KillQueue::TimePoint{} + std::chrono::hours(1);
    KillQueue queue;
    queue.push({1, start - std::chrono::seconds(1)});
    queue.push({2, start});
    queue.push({3, start + std::chrono::milliseconds(1)});
    EXPECT_EQ(queue.drop_before(start), 2U);
    EXPECT_EQ(queue.pop()->thread_id, 3U);
}

TEST(ControlConnection, TellsLostFromRefused) {
    for (const int code : {2002, 2006, 2013, 2026, 5013, 1053, 1927, 4031}) {
        EXPECT_TRUE(ControlConnection::is_lost(make_error(static_cast<std::uint16_t>(code), ""))) << code;
    }
    for (const int code : {1045, 1054, 1064, 1094, 1227, 3024, 4002, 6000}) {
        EXPECT_FALSE(ControlConnection::is_lost(make_error(static_cast<std::uint16_t>(code), ""))) << code;
    }
}

}  // namespace
}  // namespace leasehold::pool
