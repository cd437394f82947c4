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
