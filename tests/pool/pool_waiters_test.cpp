#include "pool/pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "tests/pool/fake_pool.h"

namespace leasehold::pool::test {
namespace {

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

}  // namespace
}  // namespace leasehold::pool::test
