#include "pool/pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "tests/pool/fake_pool.h"

namespace leasehold::pool::test {
namespace {

// L7: idle expiry closes from the cold end and keeps the hot one.
TEST(Pool, L7_IdleExpiryFromTheColdEnd) {
    Rig rig(small_pool(4, 4));
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<Client>(rig));
        clients.back()->start();
    }
    for (auto& client : clients) client->lease.give_back();
    for (int second = 0; second < 35; ++second) {
        Client busy(rig);
        busy.start();
        ASSERT_TRUE(busy.lease);
        busy.lease.give_back();
        rig.loop.advance(1s);
        rig.settle();
    }
    EXPECT_EQ(rig.pool.total(), 1u) << "only the one in use is left";
    EXPECT_EQ(rig.connector.dials, 4);
    EXPECT_EQ(rig.pool.counters().closed[static_cast<std::size_t>(CloseCause::idle)].get(), 3u);
    EXPECT_TRUE(rig.law_holds());
}

// L9: a reset that fails on the wire still releases.
TEST(Pool, L9_FailedResetReleases) {
    Rig rig(small_pool(1, 1));
    Client client(rig, true);
    client.start();
    {
        ReservedLease reserved(std::move(client.lease), {Reason::temporary_table});
        rig.connector.fail_restore = true;
    }
    rig.settle();
    EXPECT_EQ(rig.pool.total(), 0u);
    EXPECT_EQ(rig.tablet->budget().connections(), 0u);
    EXPECT_EQ(rig.tablet->budget().reserved(), 0u);
    Client again(rig);
    again.start();
    EXPECT_TRUE(again.lease);
    EXPECT_TRUE(rig.law_holds());
}

// L11: closed by the tablet while idle: the next statement gets another connection.
TEST(Pool, L11_ClosedByTheTabletWhileIdle) {
    Rig rig(small_pool(2, 2));
    Client client(rig);
    client.start();
    client.lease.give_back();
    ::close(rig.connector.far_ends[0]);
    rig.connector.far_ends.erase(rig.connector.far_ends.begin());
    rig.settle();
    EXPECT_EQ(rig.pool.total(), 0u);
    EXPECT_EQ(rig.pool.counters().closed[static_cast<std::size_t>(CloseCause::tablet_closed)].get(), 1u);
    Client again(rig);
    again.start();
    EXPECT_TRUE(again.lease);
    EXPECT_EQ(rig.connector.dials, 2);
}

TEST(Pool, L11_RestedConnectionIsAskedBeforeItIsLeased) {
    Rig rig(small_pool(2, 2));
    Client client(rig);
    client.start();
    client.lease.give_back();
    rig.loop.advance(2s);
    ::close(rig.connector.far_ends[0]);  // the loop has not seen it yet
    rig.connector.far_ends.erase(rig.connector.far_ends.begin());
    Client again(rig);
    again.start();
    rig.settle();
    ASSERT_TRUE(again.lease);
    EXPECT_EQ(rig.connector.dials, 2);
}

// L14: after RECONNECT or a demotion nothing lingers.
TEST(Pool, L14_SupersededConnectionsClose) {
    Rig rig(small_pool(2, 2));
    Client idle(rig), held(rig, true);
    idle.start();
    held.start();
    ReservedLease reserved(std::move(held.lease), {Reason::advisory_lock});
    idle.lease.give_back();
    rig.tablet->supersede();
    rig.pool.drop_superseded();
    rig.settle();
    EXPECT_EQ(rig.pool.total(), 1u);
    reserved = ReservedLease();
    rig.settle();
    EXPECT_EQ(rig.pool.total(), 0u);
    EXPECT_TRUE(rig.law_holds());
}

// L15: lifetimes spread over the whole range, not over its first seconds.
TEST(Pool, L15_LifetimeJitterOverItsWholeRange) {
    config::Pool limits = small_pool(200, 1);
    limits.max_lifetime = 1h;
    limits.lifetime_jitter = 0.5;
    Rig rig(limits);
    std::vector<std::unique_ptr<Client>> clients;
    auto shortest = net::Clock::duration::max(), longest = net::Clock::duration::min();
    for (int i = 0; i < 200; ++i) {
        clients.push_back(std::make_unique<Client>(rig));
        clients.back()->start();
        ASSERT_TRUE(clients.back()->lease);
        const auto lifetime = clients.back()->lease->expires_at - clients.back()->lease->opened_at;
        shortest = std::min(shortest, lifetime);
        longest = std::max(longest, lifetime);
    }
    EXPECT_GE(shortest, 30min);
    EXPECT_LT(shortest, 35min);
    EXPECT_LE(longest, 60min);
    EXPECT_GT(longest, 55min);
}

TEST(Pool, AbandonedStatementIsKilledOnTheTablet) {
    Rig rig;
    Client client(rig);
    client.start();
    client.lease->condition.answer_pending = true;
    const std::uint32_t id = client.lease->tablet_thread_id;
    client.lease.give_back();
    rig.settle();
    EXPECT_EQ(rig.connector.killed, std::vector<std::uint32_t>{id});
    EXPECT_EQ(rig.pool.total(), 0u);
}

TEST(Pool, RedialsAfterFailuresAndRecovers) {
    Rig rig;
    rig.connector.refuse = true;
    Client waiting(rig);
    waiting.start();
    rig.loop.advance(100ms);
    EXPECT_FALSE(waiting.done);
    EXPECT_GT(rig.connector.dials, 1);
    rig.connector.refuse = false;
    for (int i = 0; i < 50 && !waiting.done; ++i) rig.loop.advance(10ms);
    EXPECT_TRUE(waiting.lease);
    EXPECT_TRUE(rig.law_holds());
}

}  // namespace
}  // namespace leasehold::pool::test
