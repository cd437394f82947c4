// The control plane against a real MariaDB server. One test, for each starts the server.
#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <thread>

#include "pool/control_connection.h"
#include "pool/control_plane.h"
#include "tests/pool/health_mariadb.h"

namespace leasehold::pool {
namespace {

using namespace std::chrono_literals;

config::Health quick() {
    config::Health health;
    health.interval = 50ms;
    health.timeout = 1s;
    health.fall = 2;
    health.rise = 1;
    return health;
}

TabletSpec by_socket(const MariadbServer& server) {
    TabletSpec spec;
    spec.keyspace = "commerce";
    spec.shard = "-";
    spec.endpoint.path = server.socket();
    spec.user = "root";
    return spec;
}

TabletSpec by_port(const MariadbServer& server) {
    TabletSpec spec = by_socket(server);
    spec.endpoint = {"localhost", server.port(), {}};
    spec.user = "app";
    spec.password = "secret";
    return spec;
}

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 500; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(20ms);
    }
    return false;
}

void run(ControlConnection& connection, std::string_view sql) {
    const auto answer = connection.query(sql);
    ASSERT_TRUE(answer) << sql << ": " << answer.error().message;
}

void check_identity(const MariadbServer& server) {
    const auto tablet = std::make_shared<Tablet>(by_socket(server), config::Pool());
    ControlPlane control(quick());
    control.replace({tablet});
    ASSERT_EQ(control.learn_now(5s), 1U);
    const TabletHealth health = control.health(*tablet);
    ASSERT_NE(health.identity, nullptr);
    EXPECT_TRUE(health.identity->is_mariadb()) << health.identity->version;
    EXPECT_EQ(health.identity->server_id, 77U);
    EXPECT_EQ(health.identity->max_connections, 11U);
    EXPECT_GT(health.identity->collations.size(), 300U);
    const Collation* const by_id = health.identity->find_collation(health.identity->default_collation_id);
    ASSERT_NE(by_id, nullptr);
    EXPECT_EQ(by_id->name, health.identity->default_collation);
    EXPECT_EQ(by_id->character_set, health.identity->default_character_set);
    const Collation* const newer = health.identity->find_collation("utf8mb4_uca1400_ai_ci");
    ASSERT_NE(newer, nullptr);
    EXPECT_EQ(newer->id, 2304);
    EXPECT_FALSE(health.read_only);

    TabletSpec replica = by_socket(server);
    replica.type = TabletType::replica;
    const auto lone = std::make_shared<Tablet>(replica, config::Pool());
    control.replace({lone});
    ASSERT_EQ(control.learn_now(5s), 1U);
    EXPECT_EQ(control.health(*lone).replication.state, Replication::State::none);
    EXPECT_EQ(control.health(*tablet).identity, nullptr) << "no longer looked after";
}

void check_tls(const MariadbServer& server) {
    const auto connects = [&](config::TlsMode mode, std::string ca) {
        TabletSpec spec = by_port(server);
        spec.tls_mode = mode;
        spec.tls_files.ca = std::move(ca);
        return ControlConnection::connect(spec, 2s);
    };
    using Mode = config::TlsMode;
    const auto clear = connects(Mode::disabled, {});
    ASSERT_TRUE(clear) << clear.error().message;
    EXPECT_FALSE((*clear)->encrypted());
    for (const Mode mode : {Mode::preferred, Mode::required}) {
        const auto made = connects(mode, server.other_ca());
        ASSERT_TRUE(made) << made.error().message;
        EXPECT_TRUE((*made)->encrypted());
    }
    EXPECT_TRUE(connects(Mode::verify_ca, server.ca()));
    EXPECT_FALSE(connects(Mode::verify_ca, server.other_ca()));
    EXPECT_FALSE(connects(Mode::verify_ca, {})) << "the system's authorities did not sign it";
    EXPECT_FALSE(connects(Mode::verify_identity, server.ca())) << "made out to another host";
}

// Ends the statement, not the connection.
void check_kill_query(const MariadbServer& server, const std::shared_ptr<Tablet>& tablet,
                      ControlPlane& control) {
    control.replace({tablet});
    auto victim = ControlConnection::connect(by_socket(server), 20s);
    ASSERT_TRUE(victim);
    const auto id = (*victim)->query("SELECT CONNECTION_ID()");
    ASSERT_TRUE(id);
    auto sleeping = std::async(std::launch::async, [&] { return (*victim)->query("SELECT SLEEP(15)"); });
    std::this_thread::sleep_for(100ms);
    control.kill_query(*tablet, static_cast<std::uint32_t>(std::stoul(*id->rows[0][0])));
    ASSERT_EQ(sleeping.wait_for(10s), std::future_status::ready);
    const auto answer = sleeping.get();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, 1317);
    EXPECT_TRUE((*victim)->query("SELECT 1"));
}

void check_kill(const MariadbServer& server) {
    const auto tablet = std::make_shared<Tablet>(by_socket(server), config::Pool());
    ControlPlane control(quick());
    control.start();
    for (const bool looked_after : {true, false}) {
        if (looked_after) control.replace({tablet});
        if (!looked_after) control.replace({});
        auto victim = ControlConnection::connect(by_socket(server), 20s);
        ASSERT_TRUE(victim);
        const auto id = (*victim)->query("SELECT CONNECTION_ID()");
        ASSERT_TRUE(id);
        auto sleeping = std::async(std::launch::async, [&] { return (*victim)->query("SELECT SLEEP(15)"); });
        std::this_thread::sleep_for(100ms);
        const auto before = control.counters().kills_sent;
        control.kill(tablet, static_cast<std::uint32_t>(std::stoul(*id->rows[0][0])));
        ASSERT_EQ(sleeping.wait_for(10s), std::future_status::ready);
        const auto answer = sleeping.get();
        ASSERT_FALSE(answer);
        EXPECT_TRUE(ControlConnection::is_lost(answer.error())) << answer.error().code;
        EXPECT_TRUE(eventually([&] { return control.counters().kills_sent == before + 1; }));
        EXPECT_EQ(control.counters().kills_queued, 0U);
    }
    check_kill_query(server, tablet, control);
    control.replace({});
    ASSERT_TRUE(eventually([&] { return control.health(*tablet).identity == nullptr; }));
    control.kill(*tablet, 1);
    EXPECT_EQ(control.counters().kills_dropped, 1U) << "not looked after any more, and nobody holds it";
    control.replace({tablet});
    control.kill(*tablet, 4'000'000);
    EXPECT_TRUE(eventually([&] { return control.counters().kills_sent == 4; }))
        << "no such thread is as good as killed";
}

void check_full_server(const MariadbServer& server) {
    const auto tablet = std::make_shared<Tablet>(by_port(server), config::Pool());
    ControlPlane control(quick());
    control.replace({tablet});
    std::vector<std::unique_ptr<ControlConnection>> all;
    for (int i = 0; i < 20; ++i) {
        auto made = ControlConnection::connect(by_port(server), 2s);
        if (!made) {
            ASSERT_EQ(made.error().code, 1040);
            break;
        }
        all.push_back(std::move(*made));
    }
    control.learn_now(5s);
    EXPECT_TRUE(tablet->up()) << "a server that is full is not down";
    EXPECT_NE(control.health(*tablet).last_error, "");
    all.clear();
    EXPECT_TRUE(eventually([&] {
        control.learn_now(5s);
        return control.health(*tablet).identity != nullptr;
    }));
}

void check_down_and_up(MariadbServer& server) {
    const auto tablet = std::make_shared<Tablet>(by_socket(server), config::Pool());
    ControlPlane control(quick());
    control.replace({tablet});
    control.start();
    ASSERT_TRUE(eventually([&] { return control.health(*tablet).identity != nullptr; }));
    server.kill_hard();
    ASSERT_TRUE(eventually([&] { return !tablet->up(); }));
    EXPECT_NE(tablet->last_error(), "");
    // Meant for a thread of the server that died; the next one may have a thread with this number.
    control.kill(tablet, 3);
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(control.counters().kills_queued, 1U) << "kept while the tablet is away";
    ASSERT_TRUE(server.start(false));
    ASSERT_TRUE(eventually([&] { return tablet->up(); }));
    EXPECT_TRUE(eventually([&] { return control.counters().kills_dropped == 1; }));
    EXPECT_EQ(control.counters().kills_sent, 0U);
    const auto began = std::chrono::steady_clock::now();
    control.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
}

void check_without_tls(const MariadbServer& server) {
    TabletSpec spec = by_port(server);
    spec.tls_mode = config::TlsMode::preferred;
    const auto clear = ControlConnection::connect(spec, 2s);
    ASSERT_TRUE(clear) << clear.error().message;
    EXPECT_FALSE((*clear)->encrypted());
    for (const auto mode :
         {config::TlsMode::required, config::TlsMode::verify_ca, config::TlsMode::verify_identity}) {
        spec.tls_mode = mode;
        spec.tls_files.ca = server.ca();
        EXPECT_FALSE(ControlConnection::connect(spec, 2s));
    }
}

TEST(ControlPlane, WithARealServer) {
    if (const std::string missing = MariadbServer::missing(); !missing.empty()) GTEST_SKIP() << missing;
    std::signal(SIGPIPE, SIG_IGN);  // the test has connections of its own
    MariadbServer server;
    ASSERT_TRUE(server.start());
    {
        auto root = ControlConnection::connect(by_socket(server), 2s);
        ASSERT_TRUE(root) << root.error().message;
        run(**root, "CREATE USER app@localhost IDENTIFIED BY 'secret'");
        run(**root, "CREATE USER app@'127.0.0.1' IDENTIFIED BY 'secret'");
    }
    std::this_thread::sleep_for(
        2100ms);  // kills of a server's first two seconds are taken for its predecessor's
    check_identity(server);
    check_tls(server);
    check_kill(server);
    check_full_server(server);
    check_down_and_up(server);
    check_without_tls(server);
}

TEST(ControlPlane, UnreachableTabletIsDownAtOnce) {
    TabletSpec spec;
    spec.keyspace = "commerce";
    spec.shard = "-";
    spec.endpoint.path = "/nonexistent/leasehold.sock";
    const auto tablet = std::make_shared<Tablet>(spec, config::Pool());
    ControlPlane control(quick());
    control.replace({tablet});
    EXPECT_EQ(control.learn_now(2s), 0U);
    EXPECT_FALSE(tablet->up());
    EXPECT_EQ(control.health(*tablet).failures, 1U);
    EXPECT_EQ(control.counters().probes_failed, 1U);
}

TEST(ControlPlane, QueuedKillsAreBounded) {
    const auto tablet = std::make_shared<Tablet>(TabletSpec{}, config::Pool());
    ControlPlane control(quick());
    control.replace({tablet});
    for (std::uint32_t i = 0; i < ControlPlane::max_queued_kills + 5; ++i) control.kill(tablet, i);
    EXPECT_EQ(control.counters().kills_queued, ControlPlane::max_queued_kills);
    EXPECT_EQ(control.counters().kills_dropped, 5U);
    control.stop();
    EXPECT_EQ(control.counters().kills_queued, 0U);
    EXPECT_EQ(control.counters().kills_dropped, ControlPlane::max_queued_kills + 5);
}

}  // namespace
}  // namespace leasehold::pool
