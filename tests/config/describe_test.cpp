#include "config/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/loading.h"

namespace leasehold::config {
namespace {

using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view text = R"(listen: {mysql: ["a:1", "b:2"], http: off}
users:
  - {name: app, password: hush, keyspaces: [k], max_user_connections: 7, no_scatter: true}
  - {name: guest, password: ""}
admins: [{name: root, password: hush}]
tablet_defaults: {user: t, password: hush, pool: {wait_timeout: 1500ms}}
limits: {max_allowed_packet: 1MiB}
keyspaces:
  k:
    database: d
    vschema: {sharded: true}
    shards: {-80: {primary: "a:3", replicas: ["unix:/s"]}, 80-: {primary: {address: "a:4", password: hush}}}
)";

TEST(Describe, FlatLinesWithDefaults) {
    LoadResult result = load(text);
    ASSERT_TRUE(result.ok());
    std::vector<ConfigLine> lines = describe(*result.config);
    const ConfigLine expected[] = {
        {"listen.mysql", "a:1, b:2", "127.0.0.1:15306"},
        {"listen.http", "off", "127.0.0.1:15300"},
        {"listen.tls", "off", "off"},
        {"workers", "auto", "auto"},
        {"users.app.name", "app", ""},
        {"users.app.password", "***", ""},
        {"users.app.keyspaces", "k", ""},
        {"users.app.max_user_connections", "7", "0"},
        {"users.app.no_scatter", "true", "false"},
        {"users.guest.password", "", ""},
        {"admins.root.password", "***", ""},
        {"tablet_defaults.password", "***", ""},
        {"tablet_defaults.pool.wait_timeout", "1500ms", "1s"},
        {"keyspaces.k.database", "d", "k"},
        {"keyspaces.k.vschema.sharded", "true", ""},
        {"keyspaces.k.shards.-80.primary.address", "a:3", ""},
        {"keyspaces.k.shards.-80.replicas[0].address", "unix:/s", ""},
        {"keyspaces.k.shards.80-.primary.user", "t", ""},
        {"keyspaces.k.shards.80-.primary.pool.wait_timeout", "1500ms", "1s"},
        {"limits.max_allowed_packet", "1MiB", "64MiB"},
        {"limits.query_timeout", "0", "0"},
        {"server_version", "auto", "auto"},
    };
    for (const ConfigLine& line : expected) {
        EXPECT_THAT(lines, Contains(line)) << line.key;
    }
}

TEST(Describe, NoSecretAnywhere) {
    LoadResult result = load(text);
    ASSERT_TRUE(result.ok());
    for (const ConfigLine& line : describe(*result.config)) {
        EXPECT_THAT(line.key + line.value + line.default_value, Not(HasSubstr("hush")));
    }
}

TEST(Describe, KeysAreUnique) {
    LoadResult result = load(text);
    std::vector<std::string> keys;
    for (const ConfigLine& line : describe(*result.config)) keys.push_back(line.key);
    std::sort(keys.begin(), keys.end());
    EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end());
}

}  // namespace
}  // namespace leasehold::config
