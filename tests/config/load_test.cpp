#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/loading.h"

namespace leasehold::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// Every key of the contract, each with a value of its own.
constexpr std::string_view full = R"(listen:
  mysql: [127.0.0.1:15306, unix:/run/leasehold.sock]
  admin: 127.0.0.1:15307
  http: 127.0.0.1:15300
  tls: {cert: server.pem, key: server.key, ca: ca.pem, required: false}
workers: 2
memory: {limit: 1GiB, high_watermark: 0.85, profiling: true, profile_folder: heaps}
shutdown_grace: 30s
admins: [{name: admin, password_env: LEASEHOLD_ADMIN_PASSWORD}]
users:
  - {name: app, password: secret, keyspaces: [commerce, customer]}
tablet_defaults:
  user: app
  password: secret
  tls: {mode: preferred, ca: ca.pem}
  pool: {size: 64, reserved: 32, min_idle: 0, wait_timeout: 1s, max_waiters: 5000, idle_timeout: 30m, max_lifetime: 1h}
keyspaces:
  commerce:
    shards:
      "-": {primary: 127.0.0.1:3311}
  customer:
    database: customer_db
    shards:
      "-80": {primary: 127.0.0.1:3321, replicas: [127.0.0.1:3322]}
      "80-": {primary: {address: 127.0.0.1:3331, user: other, password: other}, replicas: [unix:/run/m.sock]}
    vschema: vschema/customer.json
)";

Outside outside() {
    Outside outside;
    outside.files["/etc/leasehold/server.pem"] = "certificate";
    outside.files["/etc/leasehold/server.key"] = "key";
    outside.files["/etc/leasehold/ca.pem"] = "authority";
    outside.files["/etc/leasehold/vschema/customer.json"] =
        R"({"sharded": true, "vindexes": {"xx": {"type": "xxhash"}},
            "tables": {"customer": {"column_vindexes": [{"column": "id", "name": "xx"}],
                                    "auto_increment": {"column": "id", "sequence": "commerce.customer_seq"}}}})";
    outside.environment["LEASEHOLD_ADMIN_PASSWORD"] = "hidden";
    return outside;
}

TEST(Load, ReadsEveryKeyOfTheContract) {
    LoadResult result = load_text(full, "/etc/leasehold/lh.yaml", outside().inputs());
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    EXPECT_THAT(lines_of(result.warnings), IsEmpty());
    const Config& config = *result.config;
    EXPECT_THAT(config.listen.mysql,
                ElementsAre(Address::tcp("127.0.0.1", 15306), Address::unix_socket("/run/leasehold.sock")));
    EXPECT_EQ(config.listen.admin, Address::tcp("127.0.0.1", 15307));
    EXPECT_EQ(config.listen.http, Address::tcp("127.0.0.1", 15300));
    ASSERT_TRUE(config.listen.tls);
    EXPECT_EQ(config.listen.tls->cert, "/etc/leasehold/server.pem");
    EXPECT_EQ(config.listen.tls->key, "/etc/leasehold/server.key");
    EXPECT_EQ(config.listen.tls->ca, "/etc/leasehold/ca.pem");
    EXPECT_FALSE(config.listen.tls->required);
    EXPECT_EQ(config.workers, 2u);
    EXPECT_EQ(config.memory.limit, 1ULL << 30);
    EXPECT_EQ(config.memory.high_watermark, 0.85);
    EXPECT_TRUE(config.memory.profiling);
    EXPECT_THAT(config.memory.profile_folder, testing::EndsWith("heaps"));
    EXPECT_EQ(config.shutdown_grace, 30s);
    ASSERT_EQ(config.admins.size(), 1u);
    EXPECT_EQ(config.admins[0].password, (Credential{Credential::Kind::plain, "hidden"}));
    ASSERT_NE(config.find_user("app"), nullptr);
    EXPECT_EQ(config.find_user("app")->password, (Credential{Credential::Kind::plain, "secret"}));
    EXPECT_THAT(config.find_user("app")->keyspaces, ElementsAre("commerce", "customer"));
    EXPECT_EQ(config.find_user("nobody"), nullptr);

    const Keyspace& commerce = *config.find_keyspace("commerce");
    EXPECT_EQ(commerce.database, "commerce");
    EXPECT_FALSE(commerce.vschema);
    ASSERT_EQ(commerce.shards.size(), 1u);
    EXPECT_EQ(commerce.shards[0].name, "-");
    EXPECT_EQ(commerce.shards[0].primary.address, Address::tcp("127.0.0.1", 3311));
    EXPECT_EQ(commerce.shards[0].primary.settings.user, "app");

    const Keyspace& customer = *config.find_keyspace("customer");
    EXPECT_EQ(customer.database, "customer_db");
    ASSERT_EQ(customer.shards.size(), 2u);
    EXPECT_EQ(customer.shards[0].replicas.at(0).type, TabletType::replica);
    EXPECT_EQ(customer.shards[1].primary.settings.user, "other");
    EXPECT_EQ(customer.shards[1].primary.settings.password.value, "other");
    EXPECT_EQ(customer.shards[1].primary.settings.tls, config.tablet_defaults.tls);
    EXPECT_EQ(customer.shards[1].replicas.at(0).address, Address::unix_socket("/run/m.sock"));
    EXPECT_EQ(customer.shards[1].replicas.at(0).settings.user, "app");
    ASSERT_TRUE(customer.vschema);
    EXPECT_EQ(customer.vschema->file, "/etc/leasehold/vschema/customer.json");
    EXPECT_EQ(customer.vschema->tables.at(0).auto_increment->sequence, "commerce.customer_seq");
}

TEST(Load, DefaultsAreThoseOfTheContract) {
    const Config config;
    EXPECT_EQ(config.workers, 0u);
    EXPECT_EQ(config.memory.high_watermark, 0.85);
    EXPECT_EQ(config.shutdown_grace, 30s);
    EXPECT_EQ(config.listen.handshake_timeout, 10s);
    EXPECT_EQ(config.listen.max_clients, 10'000u);
    const Pool& pool = config.tablet_defaults.pool;
    EXPECT_EQ(pool.size, 64u);
    EXPECT_EQ(pool.reserved, 32u);
    EXPECT_EQ(pool.min_idle, 0u);
    EXPECT_EQ(pool.wait_timeout, 1s);
    EXPECT_EQ(pool.max_waiters, 5000u);
    EXPECT_EQ(pool.idle_timeout, 30min);
    EXPECT_EQ(pool.max_lifetime, 1h);
    EXPECT_EQ(config.tablet_defaults.tls.mode, TlsMode::preferred);
}

// More likely a slip than a wish: a reload from it would drop every user and keyspace.
TEST(Load, EmptyFileIsRefused) {
    for (const char* text : {"", "# nothing\n", "---\n"}) {
        const LoadResult result = load(text);
        EXPECT_FALSE(result.ok()) << text;
        EXPECT_THAT(lines_of(result.problems),
                    ElementsAre("lh.yaml: the file is empty; expected listen, users, keyspaces"));
    }
}

TEST(Load, AllDefaultsWithWarnings) {
    for (const char* text : {"{}", "listen:\nusers:\nkeyspaces:\nlimits:\n"}) {
        LoadResult result = load(text);
        ASSERT_TRUE(result.ok()) << text;
        EXPECT_EQ(*result.config, Config{});
        EXPECT_EQ(result.warnings.size(), 2u);  // no users, no keyspaces
    }
}

TEST(Load, TenLinesAreEnough) {
    LoadResult result = load(R"(users: [{name: app, password: secret}]
tablet_defaults: {user: app, password: secret}
keyspaces: {shop: {shards: {-: {primary: "db:3306"}}}}
)");
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    EXPECT_EQ(result.config->keyspaces.at(0).shards.at(0).name, "-");
}

TEST(Load, ListenersCanBeSwitchedOff) {
    LoadResult result = load("listen: {admin: off, http: off, mysql: '[::]:0'}");
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    EXPECT_FALSE(result.config->listen.admin);
    EXPECT_FALSE(result.config->listen.http);
    EXPECT_THAT(result.config->listen.mysql, ElementsAre(Address::tcp("::", 0)));
}

TEST(Load, AutoAndEveryChoice) {
    LoadResult result = load(R"(workers: auto
memory: {limit: auto}
server_version: 8.0.40-x
default_collation: auto
listen: {default_auth_plugin: mysql_native_password}
log: {level: debug, format: json}
)");
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    EXPECT_EQ(result.config->workers, 0u);
    EXPECT_EQ(result.config->memory.limit, 0u);
    EXPECT_EQ(result.config->server_version, "8.0.40-x");
    EXPECT_FALSE(result.config->default_collation);
    EXPECT_EQ(result.config->listen.default_auth_plugin, AuthPlugin::mysql_native_password);
    EXPECT_EQ(result.config->log.level, LogLevel::debug);
    EXPECT_EQ(result.config->log.format, LogFormat::json);
}

TEST(Load, SettingsComeDownFromAbove) {
    LoadResult result = load(R"(tablet_defaults: {user: base, password: p, pool: {size: 10, wait_timeout: 2s}}
keyspaces:
  k:
    user: middle
    tls: {mode: required}
    pool: {size: 20}
    shards:
      "-":
        primary: {address: "a:1", pool: {size: 31}}
        replicas: ["a:2", {address: "a:3", user: own, tls: {mode: disabled}, pool: {reserved: 3}}]
)");
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    const Shard& shard = result.config->keyspaces.at(0).shards.at(0);
    EXPECT_EQ(result.config->tablet_defaults.pool.reserved, 10u);  // 32, but never more than the size
    EXPECT_EQ(shard.primary.settings.user, "middle");
    EXPECT_EQ(shard.primary.settings.pool.size, 31u);
    EXPECT_EQ(shard.primary.settings.pool.reserved, 31u);
    EXPECT_EQ(shard.primary.settings.pool.wait_timeout, 2s);
    EXPECT_EQ(shard.primary.settings.tls.mode, TlsMode::required);
    EXPECT_EQ(shard.replicas.at(0).settings.pool.size, 20u);
    EXPECT_EQ(shard.replicas.at(0).settings.pool.reserved, 20u);
    EXPECT_EQ(shard.replicas.at(1).settings.user, "own");
    EXPECT_EQ(shard.replicas.at(1).settings.password.value, "p");
    EXPECT_EQ(shard.replicas.at(1).settings.tls.mode, TlsMode::disabled);
    EXPECT_EQ(shard.replicas.at(1).settings.pool.reserved, 3u);
    EXPECT_EQ(shard.replicas.at(1).settings.pool.size, 20u);
}

TEST(Load, ShardsStandInTheOrderOfTheirRanges) {
    LoadResult result = load(R"(tablet_defaults: {user: u}
keyspaces:
  k:
    vschema: {sharded: true}
    shards: {c0-: {primary: "a:4"}, "-40": {primary: "a:1"}, 80-c0: {primary: "a:3"}, 40-80: {primary: "a:2"}}
)");
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    std::vector<std::string> names;
    for (const Shard& shard : result.config->keyspaces.at(0).shards) names.push_back(shard.name);
    EXPECT_THAT(names, ElementsAre("-40", "40-80", "80-c0", "c0-"));
}

TEST(Load, LinesDoNotMakeADifference) {
    LoadResult one = load("users: [{name: a, password: b}]");
    LoadResult other = load("\n\n\nusers:\n  - name: a\n    password: b\n");
    EXPECT_EQ(*one.config, *other.config);
    EXPECT_NE(one.config->users[0].line.number, other.config->users[0].line.number);
}

TEST(Load, RenewedCertificateIsADifference) {
    Outside files = outside();
    LoadResult one = load_text(full, "/etc/leasehold/lh.yaml", files.inputs());
    LoadResult same = load_text(full, "/etc/leasehold/lh.yaml", files.inputs());
    EXPECT_EQ(*one.config, *same.config);
    files.files["/etc/leasehold/server.pem"] = "renewed";
    LoadResult renewed = load_text(full, "/etc/leasehold/lh.yaml", files.inputs());
    EXPECT_NE(one.config->listen.tls, renewed.config->listen.tls);
    EXPECT_EQ(one.config->keyspaces, renewed.config->keyspaces);
}

}  // namespace
}  // namespace leasehold::config
