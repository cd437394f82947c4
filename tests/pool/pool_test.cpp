#include "pool/pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "tests/pool/fake_pool.h"

namespace leasehold::pool::test {
namespace {

TEST(Pool, GrantsDialsAndTakesBack) {
    Rig rig;
    Client client(rig);
    client.start();
    ASSERT_TRUE(client.lease);
    EXPECT_EQ(rig.connector.dials, 1);
    EXPECT_EQ(rig.pool.count(ConnectionState::leased), 1u);
    EXPECT_TRUE(rig.law_holds());
    client.lease.give_back();
    EXPECT_EQ(rig.pool.count(ConnectionState::idle), 1u);
    Client second(rig);
    second.start();
    EXPECT_TRUE(second.lease);
    EXPECT_EQ(rig.connector.dials, 1);
    EXPECT_TRUE(rig.law_holds());
}

TEST(Lease, MovesAndSwapsAndGivesBackOnce) {
    Rig rig;
    Client client(rig);
    client.start();
    Lease a = std::move(client.lease);
    EXPECT_FALSE(client.lease);
    Lease& same = a;
    a = std::move(same);
    EXPECT_TRUE(a);
    {
        Lease b;
        b = std::move(a);
        EXPECT_FALSE(a);
    }
    EXPECT_EQ(rig.pool.count(ConnectionState::idle), 1u);
    EXPECT_EQ(rig.pool.counters().returned[static_cast<std::size_t>(Disposition::reuse)].get(), 1u);
}

TEST(Pool, ServesWaitersFirstComeFirstServed) {
    Rig rig(small_pool(1, 1));
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<Client>(rig));
        clients.back()->start();
    }
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(clients[i]->lease) << i;
        for (int later = i + 1; later < 5; ++later) EXPECT_FALSE(clients[later]->lease);
        clients[i]->lease.give_back();
        rig.loop.run();
    }
    EXPECT_EQ(rig.connector.dials, 1);
    EXPECT_TRUE(rig.law_holds());
}

TEST(Pool, ANewcomerDoesNotOvertake) {
    Rig rig(small_pool(1, 1));
    Client first(rig), waiting(rig), newcomer(rig);
    first.start();
    waiting.start();
    first.lease.give_back();  // granted to `waiting`, whose coroutine has not gone on yet
    EXPECT_FALSE(rig.pool.try_acquire(newcomer.want));
    newcomer.start();
    rig.loop.run();
    EXPECT_TRUE(waiting.lease);
    EXPECT_FALSE(newcomer.lease);
    waiting.lease.give_back();
    rig.loop.run();
    EXPECT_TRUE(newcomer.lease);
}

// L2: given back between "nobody waits" and "I wait".
TEST(Pool, L2_GivenBackWhileTheWaiterIsEnqueued) {
    Rig rig(small_pool(1, 1));
    Client first(rig), second(rig);
    first.start();
    second.start();
    ASSERT_FALSE(second.done);
    first.lease.give_back();
    rig.loop.run();
    EXPECT_TRUE(second.lease);
}

// L3 and L4: many expired waiters in the queue; the lease goes to a live one, and none of the dead gets it.
TEST(Pool, L3_L4_ExpiredWaitersGetNothing) {
    Rig rig(small_pool(1, 1));
    Client holder(rig);
    holder.start();
    std::vector<std::unique_ptr<Client>> expired;
    for (int i = 0; i < 1000; ++i) {
        expired.push_back(std::make_unique<Client>(rig));
        expired.back()->start();
    }
    rig.loop.advance(600ms);
    Client alive(rig);
    alive.start();
    rig.loop.advance(600ms);  // the thousand expire in one sweep
    for (const auto& client : expired) {
        ASSERT_TRUE(client->error);
        EXPECT_EQ(client->error->code, mysql_error::too_many_user_connections);
        EXPECT_FALSE(client->lease);
    }
    ASSERT_FALSE(alive.done);
    holder.lease.give_back();
    rig.loop.run();
    EXPECT_TRUE(alive.lease);
    EXPECT_EQ(rig.pool.counters().waits_timed_out.get(), 1000u);
    EXPECT_TRUE(rig.law_holds());
}

TEST(Pool, L3_GrantedInTheMomentOfInterrupt) {
    Rig rig(small_pool(1, 1));
    Client holder(rig), leaving(rig), next(rig);
    holder.start();
    leaving.start();
    next.start();
    holder.lease.give_back();                                    // granted to `leaving` ...
    leaving.interrupt.raise(net::InterruptReason::client_gone);  // ... whose client goes away before it runs
    rig.loop.run();
    EXPECT_FALSE(leaving.lease);
    EXPECT_TRUE(leaving.error);
    EXPECT_TRUE(next.lease);
    EXPECT_TRUE(rig.law_holds());
}

// L5: every limit has a test that reaches it.
TEST(Pool, L5_MaxWaitersIsReached) {
    config::Pool limits = small_pool(1, 1);
    limits.max_waiters = 3;
    Rig rig(limits);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<Client>(rig));
        clients.back()->start();
    }
    ASSERT_TRUE(clients[4]->error);
    EXPECT_EQ(clients[4]->error->code, mysql_error::too_many_user_connections);
    EXPECT_NE(clients[4]->error->message.find("max_waiters 3"), std::string::npos);
    EXPECT_FALSE(clients[3]->done);
}

TEST(Pool, L5_WaitTimeoutIsReachedAndSaysWhy) {
    Rig rig(small_pool(1, 1));
    Client holder(rig), waiting(rig);
    holder.start();
    waiting.start();
    rig.loop.advance(999ms);
    EXPECT_FALSE(waiting.done);
    rig.loop.advance(1ms);
    ASSERT_TRUE(waiting.error);
    EXPECT_NE(waiting.error->message.find("1000 ms"), std::string::npos);
    EXPECT_NE(waiting.error->message.find("ks/- primary 127.0.0.1:1"), std::string::npos);
}

TEST(Pool, L5_ReservedCapIsReached) {
    Rig rig(small_pool(3, 1));
    Client a(rig, true), b(rig, true), plain(rig);
    a.start();
    ASSERT_TRUE(a.lease);
    b.start();
    plain.start();
    EXPECT_TRUE(plain.lease) << "a plain lease does not need a reserved place";
    EXPECT_FALSE(b.done);
    rig.loop.advance(1s);
    ASSERT_TRUE(b.error);
    EXPECT_EQ(b.error->code, mysql_error::user_limit_reached);
    Client c(rig, true);
    c.start();
    ReservedLease reserved(std::move(a.lease), {Reason::transaction});
    reserved = ReservedLease();
    rig.settle();
    EXPECT_TRUE(c.lease) << "the place that became free is given on";
    EXPECT_TRUE(rig.law_holds());
}

// L6: after exhaustion the pool serves again by itself.
TEST(Pool, L6_ServesAgainAfterExhaustion) {
    Rig rig(small_pool(2, 2));
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<Client>(rig));
        clients.back()->start();
    }
    rig.loop.advance(2s);
    clients[0]->lease.give_back();
    clients[1]->lease.give_back();
    rig.loop.run();
    Client again(rig);
    again.start();
    EXPECT_TRUE(again.lease);
    EXPECT_TRUE(rig.law_holds());
}

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

// L8: waits that fail are in the histogram too.
TEST(Pool, L8_FailedWaitsAreMeasured) {
    Rig rig(small_pool(1, 1));
    Client holder(rig), waiting(rig);
    holder.start();
    waiting.start();
    rig.loop.advance(1s);
    std::uint64_t observed = 0;
    for (std::size_t i = 0; i < DurationHistogram::bucket_count; ++i)
        observed += rig.pool.counters().wait.bucket(i);
    EXPECT_EQ(observed, 2u);
    EXPECT_EQ(rig.pool.counters().wait.sum_us(), 1'000'000u);
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

// L12: a worker that hoards gives up an idle connection when a sibling asks.
TEST(Pool, L12_GivesUpARestedConnection) {
    Rig rig(small_pool(4, 4), 2);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<Client>(rig));
        clients.back()->start();
    }
    for (auto& client : clients) client->lease.give_back();
    rig.loop.advance(60ms);
    rig.pool.asked_by_sibling(4);
    rig.settle();
    EXPECT_EQ(rig.pool.total(), 3u);
    EXPECT_EQ(rig.tablet->budget().connections(), 3u);
}

TEST(Pool, L12_AsksItsSiblingsWhenTheBudgetIsSpent) {
    Rig rig(small_pool(1, 1), 2);
    ASSERT_TRUE(rig.tablet->budget().take_connection());  // a sibling's
    Client client(rig);
    client.start();
    ASSERT_EQ(rig.neighbours.asked.size(), 1u);
    EXPECT_EQ(rig.neighbours.asked[0].second, 0u);
    EXPECT_NE(rig.tablet->budget().hungry_besides(Budget::Hunger::connection, 1), 0u);
    rig.tablet->budget().put_connection();
    rig.pool.poked();
    rig.loop.run();
    EXPECT_TRUE(client.lease);
}

// One connection, two workers that both want it: the one that gave it up waits for the other's turn.
TEST(Pool, L12_WorkersTakeTurns) {
    Rig rig(small_pool(1, 1), 2);
    Client holder(rig), next(rig);
    holder.start();
    ASSERT_TRUE(holder.lease);
    next.start();
    rig.tablet->budget().set_hungry(Budget::Hunger::connection, 1);
    rig.pool.asked_by_sibling(0);
    holder.lease.give_back();
    rig.settle();
    EXPECT_FALSE(next.done);
    EXPECT_EQ(rig.tablet->budget().connections(), 0u) << "left to the other worker";
    EXPECT_EQ(rig.neighbours.poked, 2u);
    rig.tablet->budget().clear_hungry(Budget::Hunger::connection, 1);
    rig.loop.advance(20ms);
    rig.settle();
    EXPECT_TRUE(next.lease);
}

TEST(Pool, L7_MinIdleIsSharedOutExactly) {
    config::Pool limits = small_pool(8, 8);
    limits.min_idle = 3;
    Rig rig(limits, 2);
    rig.pool.maintain();
    rig.settle();
    EXPECT_EQ(rig.pool.total(), 0u) << "no session has shown yet what kind is wanted";
    rig.tablet->note_profile(0);
    rig.loop.advance(1s);
    rig.settle();
    EXPECT_EQ(rig.pool.total(), 2u) << "worker 0 of 2 has two of three";
}

// L6: a tablet that answers no probe any more.
TEST(Pool, L6_CutOffEndsWhatWaitsForTheTablet) {
    Rig rig(small_pool(2, 2));
    Client idle(rig), held(rig);
    idle.start();
    held.start();
    idle.lease.give_back();
    rig.pool.cut_off();
    rig.settle();
    EXPECT_EQ(rig.pool.count(ConnectionState::idle), 0u);
    std::uint8_t byte = 0;
    EXPECT_EQ(held.lease->channel->read({&byte, 1}).kind, net::IoResult::Kind::end);
    held.lease.give_back();
    rig.settle();
    EXPECT_TRUE(rig.law_holds());
}

TEST(Pool, L12_ReservedPlacesAreSharedBetweenWorkers) {
    Rig rig(small_pool(4, 2), 2);
    Client a(rig, true), b(rig, true), c(rig, true);
    a.start();
    b.start();
    ASSERT_TRUE(a.lease);
    ASSERT_TRUE(b.lease);
    c.start();
    rig.tablet->budget().set_hungry(Budget::Hunger::reserved_place, 1);  // worker 1 waits for one
    rig.tablet->budget().note_taker(0);
    a.lease.give_back();
    rig.loop.run();
    EXPECT_FALSE(c.done) << "this worker has its share: it is the other's turn";
    EXPECT_EQ(rig.neighbours.poked, 2u);
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

TEST(Pool, FailsAtOnceWhenTheTabletHasLongBeenAway) {
    Rig rig;
    rig.connector.refuse = true;
    Client first(rig);
    first.start();
    for (int i = 0; i < 200; ++i) rig.loop.advance(10ms);
    ASSERT_TRUE(first.error);
    EXPECT_NE(first.error->message.find("connection refused"), std::string::npos);
    Client second(rig), third(rig);
    second.start();  // tries once more, or is told at once
    third.start();
    EXPECT_TRUE(third.done || rig.connector.dials > 0);
    rig.loop.advance(1s);
    EXPECT_TRUE(second.error && third.error);
}

TEST(Pool, AWaiterOfOtherCapabilitiesGetsAConnectionOfItsKind) {
    Rig rig(small_pool(1, 1));
    Client plain(rig, false, 0), other(rig, false, wire::capability::found_rows);
    plain.start();
    plain.lease.give_back();
    other.start();
    rig.settle();
    ASSERT_TRUE(other.lease);
    EXPECT_EQ(other.lease->profile(), wire::capability::found_rows);
    EXPECT_EQ(rig.pool.counters().closed[static_cast<std::size_t>(CloseCause::rebalanced)].get(), 1u);
    EXPECT_TRUE(rig.law_holds());
}

TEST(Pool, PrefersAConnectionThatHasTheSettings) {
    Rig rig;
    SettingsTable table;
    const SettingsRef settings = table.intern({{"sql_mode", "''"}});
    Client a(rig), b(rig);
    a.start();
    b.start();
    Connection* const with = &*a.lease;
    with->settings = settings;
    a.lease.give_back();
    b.lease.give_back();
    Client client(rig);
    client.want.settings = settings;
    client.start();
    ASSERT_TRUE(client.lease);
    EXPECT_EQ(&*client.lease, with);
    client.lease->settings = nullptr;
}

// L1 and L10 in small: random leases, reserves, interrupts, losses and failures; the law holds after each
// step.
TEST(Pool, L1_L10_TheLawHoldsAfterRandomSteps) {
    Rig rig(small_pool(4, 2));
    rig.connector.slow_dials = true;
    std::minstd_rand random(20261121);
    std::vector<std::unique_ptr<Client>> clients;
    std::vector<ReservedLease> reserved;
    for (int step = 0; step < 20'000; ++step) {
        switch (random() % 9) {
            case 0:
            case 1:
                if (clients.size() < 40) {
                    clients.push_back(std::make_unique<Client>(rig, random() % 3 == 0));
                    clients.back()->start();
                }
                break;
            case 2:
            case 3:
                if (!clients.empty()) clients[random() % clients.size()]->lease.give_back();
                break;
            case 4:
                if (!clients.empty()) {
                    Client& client = *clients[random() % clients.size()];
                    if (client.lease && client.want.reserved) {
                        reserved.emplace_back(
                            std::move(client.lease),
                            ReasonSet{random() % 2 == 0 ? Reason::transaction : Reason::xa});
                    } else if (!client.done) {
                        client.interrupt.raise(net::InterruptReason::client_gone);
                    }
                }
                break;
            case 5:
                if (!reserved.empty()) {
                    reserved.erase(reserved.begin() +
                                   static_cast<std::ptrdiff_t>(random() % reserved.size()));
                }
                break;
            case 6:
                if (!clients.empty()) {
                    Client& client = *clients[random() % clients.size()];
                    if (client.lease) client.lease->condition.stream_lost = true;
                }
                break;
            case 7:
                rig.connector.refuse = random() % 10 == 0;
                rig.connector.fail_restore = random() % 10 == 0;
                break;
            default:
                rig.loop.advance(std::chrono::milliseconds(random() % 40));
                std::erase_if(clients, [](const auto& client) { return client->done && !client->lease; });
        }
        ASSERT_TRUE(rig.law_holds()) << "after step " << step;
        ASSERT_LE(rig.pool.total(), 4u);
        ASSERT_EQ(rig.tablet->budget().connections(), rig.pool.total());
        ASSERT_LE(rig.tablet->budget().reserved(), 2u);
    }
    rig.connector.refuse = rig.connector.fail_restore = false;
    reserved.clear();
    for (auto& client : clients) client->lease.give_back();
    for (int i = 0; i < 200; ++i) {
        rig.loop.advance(20ms);
        for (auto& client : clients) client->lease.give_back();
    }
    EXPECT_EQ(rig.pool.count(ConnectionState::leased), 0u);
    EXPECT_EQ(rig.pool.count(ConnectionState::reserved), 0u);
    EXPECT_EQ(rig.tablet->budget().reserved(), 0u);
    EXPECT_EQ(rig.tablet->budget().waiters(), 0u);
}

}  // namespace
}  // namespace leasehold::pool::test
