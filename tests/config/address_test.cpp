#include "config/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasehold::config {
namespace {

TEST(Address, ReadsWhatItWrites) {
    struct Row {
        const char* text;
        Address address;
    };
    const Row rows[] = {
        {"127.0.0.1:3306", Address::tcp("127.0.0.1", 3306)},
        {"0.0.0.0:0", Address::tcp("0.0.0.0", 0)},
        {"db-1.example.com:65535", Address::tcp("db-1.example.com", 65535)},
        {"[::1]:3306", Address::tcp("::1", 3306)},
        {"[fe80::1%eth0]:3306", Address::tcp("fe80::1%eth0", 3306)},
        {"unix:/run/m.sock", Address::unix_socket("/run/m.sock")},
        {"unix:/with:colon", Address::unix_socket("/with:colon")},
    };
    for (const Row& row : rows) {
        Result<Address> parsed = parse_address(row.text);
        ASSERT_TRUE(parsed.has_value()) << row.text << ": " << parsed.error().message;
        EXPECT_EQ(parsed.value(), row.address) << row.text;
        EXPECT_EQ(to_string(row.address), row.text);
    }
}

TEST(Address, RefusesAndSaysWhy) {
    struct Row {
        std::string text;
        const char* why;
    };
    const Row rows[] = {
        {"", "has no port"},
        {"localhost", "has no port"},
        {":3306", "has no host"},
        {"host:", "not a number from 0 to 65535"},
        {"host:65536", "not a number from 0 to 65535"},
        {"host:-1", "not a number from 0 to 65535"},
        {"host:+1", "not a number from 0 to 65535"},
        {"host:33o6", "not a number from 0 to 65535"},
        {"host:3306 ", "not a number from 0 to 65535"},
        {"host:99999999999999999999", "not a number from 0 to 65535"},
        {"::1:3306", "is an IPv6 address without brackets"},
        {"::1", "is an IPv6 address without brackets"},
        {"[::1]", "has no port"},
        {"[::1", "lacks the closing bracket"},
        {"[::1]x:1", "has text between the bracket and the port"},
        {"[]:1", "has no IPv6 address in its brackets"},
        {"[::g]:1", "has no IPv6 address in its brackets"},
        {"[127.0.0.1]:1", "has no IPv6 address in its brackets"},
        {"[", "lacks the closing bracket"},
        {"[]", "has no port"},
        {"256.0.0.1:1", "has an IPv4 address that does not exist"},
        {"127.1:1", "has an IPv4 address that does not exist"},
        {"*:3306", "0.0.0.0 or [::] means every address"},
        {"user@host:3306", "has a character that no host name has"},
        {"a b:3306", "has a character that no host name has"},
        {"tcp://h:3306", "is an IPv6 address without brackets"},
        {"unix:", "is not an absolute path"},
        {"unix:run/m.sock", "is not an absolute path"},
        {"/run/m.sock", "lacks unix: before the path"},
        {"unix:/" + std::string(107, 'a'), "longer than the 107 bytes"},
        {std::string("unix:/a\0b", 9), "has a zero byte"},
        {std::string(300, 'a') + ":1", "longer than 253 bytes"},
    };
    for (const Row& row : rows) {
        Result<Address> parsed = parse_address(row.text);
        ASSERT_FALSE(parsed.has_value()) << row.text;
        EXPECT_THAT(parsed.error().message, testing::HasSubstr(row.why)) << row.text;
        EXPECT_THAT(parsed.error().message, testing::HasSubstr("expected host:port")) << row.text;
    }
}

TEST(Address, LongestSocketPath) {
    EXPECT_TRUE(parse_address("unix:/" + std::string(106, 'a')).has_value());
    EXPECT_TRUE(parse_address(std::string(253, 'a') + ":1").has_value());
}

TEST(Address, Loopback) {
    for (const char* text : {"127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1", "unix:/s"}) {
        EXPECT_TRUE(parse_address(text).value().is_loopback()) << text;
    }
    for (const char* text :
         {"0.0.0.0:1", "10.0.0.1:1", "[::]:1", "127.0.0.1.example.com:1", "localhost.evil:1"}) {
        EXPECT_FALSE(parse_address(text).value().is_loopback()) << text;
    }
}

}  // namespace
}  // namespace leasehold::config
