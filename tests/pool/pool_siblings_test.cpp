#include "pool/pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "tests/pool/fake_pool.h"

namespace leasehold::pool::test {
namespace {

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

}  // namespace
}  // namespace leasehold::pool::test
