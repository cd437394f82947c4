#include "router/topology.h"

#include <gtest/gtest.h>

#include "router/schema.h"
#include "tests/router/test_topology.h"

namespace leasehold::router {
namespace {

const Topology& topology() {
    static const std::shared_ptr<const Topology> made = test_topology();
    return *made;
}

TEST(Target, parses_every_form) {
    const Target current{"customer", "-80", TabletType::primary};
    const struct {
        std::string_view text;
        Target target;
        std::string_view shown;
    } cases[] = {
        {"commerce", {"commerce", std::nullopt, TabletType::primary}, "commerce"},
        {"commerce@primary", {"commerce", std::nullopt, TabletType::primary}, "commerce"},
        {"commerce@replica", {"commerce", std::nullopt, TabletType::replica}, "commerce@replica"},
        {"@replica", {"customer", "-80", TabletType::replica}, "customer:-80@replica"},
        {"customer:-80", {"customer", "-80", TabletType::primary}, "customer:-80"},
        {"customer/80-", {"customer", "80-", TabletType::primary}, "customer:80-"},
        {"customer:80-@replica", {"customer", "80-", TabletType::replica}, "customer:80-@replica"},
        {"commerce:-", {"commerce", "-", TabletType::primary}, "commerce:-"},
        {"legacy:0", {"legacy", "0", TabletType::primary}, "legacy:0"},
    };
    for (const auto& c : cases) {
        const Result<Target> target = parse_target(c.text, current, topology());
        ASSERT_TRUE(target) << c.text;
        EXPECT_EQ(*target, c.target) << c.text;
        EXPECT_EQ(to_string(*target), c.shown);
        EXPECT_EQ(parse_target(to_string(*target), {}, topology()).value(), *target);
    }
}

TEST(Target, refuses_what_is_not_there) {
    for (const std::string_view text :
         {"nowhere", "Commerce", "customer:40-", "customer:", "customer@master", "commerce@", ":-80",
          "customer:-80:80-", "customer@replica@primary", "/"}) {
        const Result<Target> target = parse_target(text, {}, topology());
        ASSERT_FALSE(target) << text;
        EXPECT_EQ(target.error().code, 1049);
        EXPECT_EQ(target.error().message, "Unknown database '" + std::string(text) + "'");
        EXPECT_EQ(target.error().sqlstate, "42000");
    }
}

TEST(Target, other_databases_are_their_homes) {
    Topology with = topology();
    with.keyspaces[1].other_databases = true;  // legacy
    const struct {
        std::string_view text;
        Target target;
    } cases[] = {
        {"shop", {"legacy", "0", TabletType::primary, "shop"}},
        {"shop@replica", {"legacy", "0", TabletType::replica, "shop"}},
        {"customer", {"customer", std::nullopt, TabletType::primary, ""}},
    };
    for (const std::string_view from : {"", "legacy", "commerce"}) {
        const Target current{std::string(from), std::nullopt, TabletType::primary};
        for (const auto& c : cases) {
            const Result<Target> target = parse_target(c.text, current, with);
            ASSERT_TRUE(target) << c.text;
            EXPECT_EQ(*target, c.target) << c.text;
            EXPECT_EQ(to_string(*target), c.text);
            EXPECT_EQ(in_other_database(*target), !c.target.schema.empty());
        }
    }
    const Target system = parse_target("mysql", {}, with).value();
    EXPECT_EQ(system.keyspace, "commerce");
    EXPECT_FALSE(in_other_database(system));
    EXPECT_FALSE(parse_target("", {}, with));
    EXPECT_FALSE(parse_target("shop:-80", {}, with));
    with.keyspaces[0].other_databases = true;
    EXPECT_EQ(parse_target("shop", Target{"legacy", std::nullopt}, with)->keyspace, "legacy");
    EXPECT_EQ(parse_target("shop", Target{"customer", std::nullopt}, with)->keyspace, "commerce");
    EXPECT_EQ(to_string(Target{"legacy", std::nullopt, TabletType::primary, std::string(no_schema)}), "");
}

TEST(Target, none_is_an_empty_name) {
    EXPECT_EQ(to_string(Target{}), "");
    EXPECT_FALSE(parse_target("", {}, topology()));
}

TEST(Topology, finds_by_name) {
    EXPECT_EQ(topology().find_keyspace("customer"), 2);
    EXPECT_EQ(topology().find_keyspace("x"), std::nullopt);
    EXPECT_EQ(topology().keyspaces[2].find_shard("80-"), 1);
    EXPECT_EQ(topology().keyspaces[2].find_shard("-"), std::nullopt);
}

TEST(Topology, a_keyspace_sorts_its_shards) {
    const Keyspace& customer = topology().keyspaces[2];
    EXPECT_EQ(customer.shards[0].name, "-80");
    EXPECT_EQ(customer.shards[1].name, "80-");
}

TEST(Topology, a_keyspace_tells_all_its_problems) {
    VSchema vschema;
    vschema.vindexes["x"] = {"y", {}, ""};
    const auto made = make_keyspace("k", "k", {"-80", "c0-"}, vschema);
    const auto* problems = std::get_if<std::vector<std::string>>(&made);
    ASSERT_NE(problems, nullptr);
    ASSERT_EQ(problems->size(), 3u);
    EXPECT_TRUE((*problems)[0].starts_with("vindexes.x.type: "));
    EXPECT_EQ((*problems)[1], "shards: no shard holds 80-c0");
    EXPECT_TRUE((*problems)[2].starts_with("shards: an unsharded keyspace has one shard;"));
    const auto broken = make_keyspace("k", "k", {"-80", "eight"}, {});
    EXPECT_TRUE(std::get<1>(broken)[0].starts_with("shards: key range \"eight\""));
    EXPECT_EQ(std::get<1>(make_keyspace("k", "k", {}, {}))[0], "shards: there is no shard");
}

TEST(KeyspaceSchema, finds_the_shard_of_every_id) {
    const Schema schema(test_topology());
    const KeyspaceSchema& wide = *schema.find_keyspace("wide");
    const struct {
        std::string id;
        int shard;
    } cases[] = {{"", 0},
                 {std::string(1, '\0'), 0},
                 {"\x3f\xff", 0},
                 {"\x40", 1},
                 {"\x7f", 1},
                 {"\x80", 2},
                 {"\xbf\xff\xff", 2},
                 {"\xc0", 3},
                 {"\xff\xff\xff\xff\xff\xff\xff\xff\xff", 3}};
    for (const auto& c : cases) {
        EXPECT_EQ(wide.shard_of(c.id), c.shard) << to_hex(c.id);
        EXPECT_TRUE(wide.keyspace().shards[wide.shard_of(c.id)].range.contains(c.id));
    }
    EXPECT_EQ(wide.shards_of(parse_key_range("-").value()), (std::vector<std::uint16_t>{0, 1, 2, 3}));
    EXPECT_EQ(wide.shards_of(parse_key_range("40-80").value()), (std::vector<std::uint16_t>{1}));
    EXPECT_EQ(wide.shards_of(parse_key_range("3f-41").value()), (std::vector<std::uint16_t>{0, 1}));
    EXPECT_EQ(wide.shards_of(parse_key_range("c1-").value()), (std::vector<std::uint16_t>{3}));
}

}  // namespace
}  // namespace leasehold::router
