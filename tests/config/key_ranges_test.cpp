#include "config/key_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasehold::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> cover(const std::vector<std::string>& names) {
    std::vector<ShardRange> ranges;
    for (const std::string& name : names) ranges.push_back(parse_shard_range(name).value());
    return cover_problems(ranges);
}

TEST(KeyRanges, Names) {
    for (const char* name : {"-", "-80", "80-", "40-80", "4000-C0", "-0080", "00-80"}) {
        EXPECT_TRUE(parse_shard_range(name)) << name;
    }
    for (const char* name : {"", "1", "00", "80", "8-", "-8", "80-40", "80-80", "80-8000", "-00", "--",
                             "-80-", "gg-", " -80", "0x80-"}) {
        EXPECT_FALSE(parse_shard_range(name)) << name;
    }
    EXPECT_TRUE(parse_shard_range(std::string(64, 'a') + "-"));
    EXPECT_FALSE(parse_shard_range(std::string(66, 'a') + "-"));
}

TEST(KeyRanges, Cover) {
    EXPECT_THAT(cover({"-"}), IsEmpty());
    EXPECT_THAT(cover({"0"}), IsEmpty());
    EXPECT_THAT(cover({"0", "80-"}), ElementsAre("shards \"0\" and \"80-\" overlap"));
    EXPECT_THAT(cover({"-80", "80-"}), IsEmpty());
    EXPECT_THAT(cover({"-40", "40-8000", "80-C0", "c0-"}), IsEmpty());
    EXPECT_THAT(cover({"00-80", "80-"}), IsEmpty());
    EXPECT_THAT(cover({"-80"}), ElementsAre("no shard covers 80-"));
    EXPECT_THAT(cover({"80-"}), ElementsAre("no shard covers -80"));
    EXPECT_THAT(cover({"-40", "80-"}), ElementsAre("no shard covers 40-80"));
    EXPECT_THAT(cover({"40-80", "90-c0"}),
                ElementsAre("no shard covers -40", "no shard covers 80-90", "no shard covers c0-"));
    EXPECT_THAT(cover({"-80", "40-"}), ElementsAre("shards \"-80\" and \"40-\" overlap"));
    EXPECT_THAT(cover({"-", "80-"}), ElementsAre("shards \"-\" and \"80-\" overlap"));
    EXPECT_THAT(cover({"-80", "-80", "80-"}), ElementsAre("shards \"-80\" and \"-80\" overlap"));
    // The wide one still counts after a narrow one inside it.
    EXPECT_THAT(cover({"-c0", "40-80", "c0-"}), ElementsAre("shards \"-c0\" and \"40-80\" overlap"));
    // 80 and 80-with-a-byte are different bounds.
    EXPECT_THAT(cover({"-80", "8001-"}), ElementsAre("no shard covers 80-8001"));
}

}  // namespace
}  // namespace leasehold::config
