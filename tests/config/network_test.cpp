#include "config/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/config/loading.h"

namespace leasehold::config {
namespace {

std::vector<Network> networks(std::initializer_list<const char*> texts) {
    std::vector<Network> found;
    for (const char* text : texts) found.push_back(parse_network(text).value());
    return found;
}

TEST(Network, ReadsWhatItWrites) {
    for (const char* text : {"*", "localhost", "10.0.0.7", "10.0.0.0/8", "0.0.0.0/0", "192.168.4.0/31", "::1",
                             "fd00::/8", "::/0", "2001:db8::/127"}) {
        const Result<Network> network = parse_network(text);
        ASSERT_TRUE(network.has_value()) << text;
        EXPECT_EQ(to_string(*network), text);
        EXPECT_EQ(*parse_network(to_string(*network)), *network);
    }
}

TEST(Network, BitsBehindThePrefixDoNotCount) {
    EXPECT_EQ(to_string(*parse_network("10.1.2.3/8")), "10.0.0.0/8");
    EXPECT_EQ(to_string(*parse_network("10.1.2.3/32")), "10.1.2.3");
    EXPECT_EQ(to_string(*parse_network("::ffff:10.1.2.3")), "10.1.2.3");
}

TEST(Network, RefusesAndSaysWhy) {
    for (const char* text : {"", "10.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8",
                             "fd00::/129", "host", "10.0.0.0 /8", "[::1]", "10.0.0.0/0x8"}) {
        const Result<Network> network = parse_network(text);
        ASSERT_FALSE(network.has_value()) << text;
        EXPECT_THAT(network.error().message, testing::HasSubstr("expected a network such as")) << text;
    }
}

TEST(Network, ListsAddresses) {
    const auto some = networks({"10.0.0.0/9", "fd00::/8", "192.0.2.1"});
    for (const char* in : {"10.0.0.1", "10.127.255.255", "::ffff:10.1.1.1", "fd12::1", "192.0.2.1"})
        EXPECT_TRUE(is_listed(some, in)) << in;
    for (const char* out :
         {"10.128.0.0", "11.0.0.1", "::ffff:11.0.0.1", "fe00::1", "192.0.2.2", "", "nobody"})
        EXPECT_FALSE(is_listed(some, out)) << out;
}

TEST(Network, NobodyEverybodyAndUnixSockets) {
    EXPECT_FALSE(is_listed({}, "127.0.0.1"));
    EXPECT_FALSE(is_listed({}, ""));
    EXPECT_TRUE(is_listed(networks({"*"}), "203.0.113.9"));
    EXPECT_TRUE(is_listed(networks({"*"}), ""));
    EXPECT_TRUE(is_listed(networks({"localhost"}), ""));
    EXPECT_FALSE(is_listed(networks({"localhost"}), "127.0.0.1"));
    EXPECT_TRUE(is_listed(networks({"0.0.0.0/0"}), "203.0.113.9"));
    EXPECT_FALSE(is_listed(networks({"0.0.0.0/0"}), "2001:db8::1"));
    EXPECT_TRUE(is_listed(networks({"::/0"}), "2001:db8::1"));
}

TEST(Network, OfTheConfiguration) {
    LoadResult one = load("listen: {proxy_protocol_networks: 10.0.0.0/8}\n");
    ASSERT_TRUE(one.ok());
    EXPECT_EQ(one.config->listen.proxy_protocol_networks, networks({"10.0.0.0/8"}));
    LoadResult list = load("listen: {proxy_protocol_networks: [10.0.0.0/8, '::1', localhost]}\n");
    ASSERT_TRUE(list.ok());
    EXPECT_EQ(list.config->listen.proxy_protocol_networks, networks({"10.0.0.0/8", "::1", "localhost"}));
    LoadResult wrong = load("listen:\n  proxy_protocol_networks: [10.0.0.0/8, 10.0.0.0/99]\n");
    EXPECT_THAT(lines_of(wrong.problems), testing::ElementsAre(testing::HasSubstr("0 to 32")));
}

}  // namespace
}  // namespace leasehold::config
