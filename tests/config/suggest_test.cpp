#include "config/suggest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace leasehold::config {
namespace {

TEST(Suggest, Distance) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("port", ""), 4u);
    EXPECT_EQ(edit_distance("port", "prot"), 1u);  // neighbours swapped
    EXPECT_EQ(edit_distance("port", "ports"), 1u);
    EXPECT_EQ(edit_distance("port", "pot"), 1u);
    EXPECT_EQ(edit_distance("port", "part"), 1u);
    EXPECT_EQ(edit_distance("PORT", "port"), 0u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance(std::string(64, 'a'), std::string(64, 'b')), 64u);
    EXPECT_EQ(edit_distance(std::string(65, 'a'), "a"), 65u);
}

TEST(Suggest, Nearest) {
    constexpr std::array<std::string_view, 4> keys{"size", "reserved", "max_waiters", "wait_timeout"};
    EXPECT_EQ(nearest("sizes", keys), "size");
    EXPECT_EQ(nearest("max_waiter", keys), "max_waiters");
    EXPECT_EQ(nearest("Wait_Timeout", keys), "wait_timeout");
    EXPECT_EQ(nearest("timeout", keys), "");
    EXPECT_EQ(nearest("", keys), "");
    EXPECT_EQ(nearest(std::string(1000, 's'), keys), "");
    constexpr std::array<std::string_view, 1> one_letter{"c"};
    EXPECT_EQ(nearest("d", one_letter), "");
    EXPECT_EQ(nearest("x", {}), "");
}

}  // namespace
}  // namespace leasehold::config
