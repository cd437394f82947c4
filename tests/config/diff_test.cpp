#include "config/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/loading.h"

namespace leasehold::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view base = R"(listen: {mysql: "a:1"}
users: [{name: app, password: hush}, {name: old, password: hush}]
admins: [{name: root, password: hush}]
tablet_defaults: {user: t, password: hush}
keyspaces:
  k: {shards: {-: {primary: "a:3", replicas: ["a:4"]}}}
)";

Config config_of(std::string text) {
    LoadResult result = load(text);
    EXPECT_THAT(lines_of(result.problems), IsEmpty());
    return result.config.value_or(Config{});
}

// The base with one part replaced.
Config changed(std::string_view what, std::string_view by) {
    std::string text(base);
    std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return config_of(text.replace(at, what.size(), by));
}

Diff diff_of(std::string_view what, std::string_view by) {
    return diff(config_of(std::string(base)), changed(what, by));
}

TEST(DiffTest, NothingChanged) {
    Diff same = diff_of("\nusers:", "\n# a comment\n\nusers:");
    EXPECT_TRUE(same.empty());
    EXPECT_FALSE(same.settings);
}

TEST(DiffTest, Accounts) {
    Diff users = diff_of("{name: app, password: hush}, {name: old, password: hush}",
                         "{name: new, password: hush}, {name: app, password: hush2}");
    EXPECT_THAT(users.users_added, ElementsAre("new"));
    EXPECT_THAT(users.users_removed, ElementsAre("old"));
    EXPECT_THAT(users.users_changed, ElementsAre("app"));
    EXPECT_THAT(users.applied, ElementsAre("user new added", "user app changed", "user old removed"));
    EXPECT_THAT(users.restart, IsEmpty());
    EXPECT_FALSE(users.admins);

    Diff admins = diff_of("{name: root, password: hush}", "{name: boss, password: hush}");
    EXPECT_TRUE(admins.admins);
    EXPECT_THAT(admins.applied, ElementsAre("admin boss added", "admin root removed"));
}

TEST(DiffTest, TabletsAndPools) {
    Diff moved = diff_of("replicas: [\"a:4\"]", "replicas: [\"a:5\"]");
    EXPECT_THAT(moved.tablets_added, ElementsAre(TabletId{"k", "-", Address::tcp("a", 5)}));
    EXPECT_THAT(moved.tablets_removed, ElementsAre(TabletId{"k", "-", Address::tcp("a", 4)}));
    EXPECT_THAT(moved.keyspaces_changed, IsEmpty());
    EXPECT_THAT(moved.applied, ElementsAre("tablet k:- a:5 added as replica", "tablet k:- a:4 removed"));

    Diff promoted = diff_of("primary: \"a:3\", replicas: [\"a:4\"]", "primary: \"a:4\", replicas: [\"a:3\"]");
    EXPECT_THAT(promoted.applied,
                ElementsAre("tablet k:- a:4 changed: now primary", "tablet k:- a:3 changed: now replica"));
    EXPECT_THAT(promoted.tablets_changed,
                ElementsAre(TabletChange{{"k", "-", Address::tcp("a", 4)}, true, false, false},
                            TabletChange{{"k", "-", Address::tcp("a", 3)}, true, false, false}));

    Diff pool = diff_of("user: t,", "user: t, pool: {size: 10},");
    EXPECT_THAT(pool.applied, ElementsAre("tablet k:- a:3 changed: pool", "tablet k:- a:4 changed: pool"));
    EXPECT_TRUE(pool.tablets_changed.at(0).pool);
    EXPECT_FALSE(pool.tablets_changed.at(0).login);

    Diff login = diff_of("user: t, password: hush", "user: t, password: hush2");
    EXPECT_THAT(login.applied, ElementsAre("tablet k:- a:3 changed: login", "tablet k:- a:4 changed: login"));
}

TEST(DiffTest, Keyspaces) {
    Diff added = diff_of("keyspaces:\n", "keyspaces:\n  j: {shards: {-: {primary: \"a:9\"}}}\n");
    EXPECT_THAT(added.keyspaces_added, ElementsAre("j"));
    EXPECT_THAT(added.applied, ElementsAre("keyspace j added", "tablet j:- a:9 added as primary"));

    EXPECT_THAT(diff_of("k: {shards", "k: {other_databases: true, shards").applied,
                ElementsAre("keyspace k changed: other_databases"));
    Diff database = diff_of("k: {shards", "k: {database: other, shards");
    EXPECT_THAT(database.keyspaces_changed, ElementsAre("k"));
    EXPECT_THAT(database.applied, ElementsAre("keyspace k changed: database", "tablet k:- a:3 changed: login",
                                              "tablet k:- a:4 changed: login"));

    Diff vschema = diff_of("k: {shards", "k: {vschema: {sharded: true}, shards");
    EXPECT_THAT(vschema.applied, ElementsAre("keyspace k changed: vschema"));

    Diff renamed = diff_of("  k:", "  l:");
    EXPECT_THAT(renamed.keyspaces_added, ElementsAre("l"));
    EXPECT_THAT(renamed.keyspaces_removed, ElementsAre("k"));
    EXPECT_EQ(renamed.tablets_added.size(), 2u);
    EXPECT_EQ(renamed.tablets_removed.size(), 2u);

    Diff split =
        diff_of("shards: {-: {primary: \"a:3\", replicas: [\"a:4\"]}}",
                "vschema: {sharded: true}, shards: {-80: {primary: \"a:3\"}, 80-: {primary: \"a:4\"}}");
    EXPECT_THAT(split.applied.at(0), "keyspace k changed: shards, vschema");
}

TEST(DiffTest, Settings) {
    Diff limits = diff_of("users:", "limits: {query_timeout: 5s}\nlog: {format: json}\nusers:");
    EXPECT_TRUE(limits.settings);
    EXPECT_THAT(limits.applied, ElementsAre("limits.query_timeout: 0 -> 5s", "log.format: text -> json"));
    EXPECT_THAT(limits.restart, IsEmpty());

    Diff clients = diff_of("listen: {", "listen: {max_clients: 5, handshake_timeout: 5s, ");
    EXPECT_THAT(clients.applied,
                ElementsAre("listen.handshake_timeout: 10s -> 5s", "listen.max_clients: 10000 -> 5"));
}

TEST(DiffTest, WhatNeedsARestart) {
    Diff listen =
        diff_of("listen: {mysql: \"a:1\"}",
                "listen: {mysql: \"a:2\", admin: off, http: \"127.0.0.1:1\", backlog: 5}\nworkers: 3");
    EXPECT_THAT(listen.applied, IsEmpty());
    EXPECT_FALSE(listen.settings);
    EXPECT_THAT(listen.restart,
                ElementsAre("listen.mysql: a:1 -> a:2", "listen.admin: 127.0.0.1:15307 -> off",
                            "listen.http: 127.0.0.1:15300 -> 127.0.0.1:1", "listen.backlog: 1024 -> 5",
                            "workers: auto -> 3"));
}

TEST(DiffTest, WhatWorkersTakeWhenTheyStart) {
    Diff workers = diff_of(
        "users:",
        "limits: {max_parse_depth: 50, tablet_prepared_stmt_cache: 5}\nplan_cache: {entries: 1}\nusers:");
    EXPECT_THAT(workers.applied, IsEmpty());
    EXPECT_THAT(workers.restart,
                ElementsAre("limits.tablet_prepared_stmt_cache: 256 -> 5",
                            "limits.max_parse_depth: 200 -> 50", "plan_cache.entries: 5000 -> 1"));
}

TEST(DiffTest, Certificates) {
    Config before;
    Config after;
    after.listen.tls = ListenTls{"c", "k", "", false, 1};
    EXPECT_THAT(diff(before, after).applied, ElementsAre("listen.tls switched on"));
    before.listen.tls = after.listen.tls;
    EXPECT_TRUE(diff(before, after).empty());
    after.listen.tls->fingerprint = 2;
    Diff renewed = diff(before, after);
    EXPECT_TRUE(renewed.listen_tls);
    EXPECT_THAT(renewed.applied, ElementsAre("listen.tls changed"));
    after.listen.tls.reset();
    EXPECT_THAT(diff(before, after).applied, ElementsAre("listen.tls switched off"));
}

TEST(DiffTest, NoSecretAnywhere) {
    Config none;
    for (const Diff& change :
         {diff(none, config_of(std::string(base))), diff(config_of(std::string(base)), none)}) {
        for (const std::string& line : change.applied)
            EXPECT_EQ(line.find("hush"), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace leasehold::config
