#include "proxy/info_sum.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

TEST(InfoSum, numbers_are_added_and_words_stay) {
    EXPECT_EQ(
        add_info("Rows matched: 3  Changed: 2  Warnings: 0", "Rows matched: 40  Changed: 0  Warnings: 1"),
        "Rows matched: 43  Changed: 2  Warnings: 1");
    EXPECT_EQ(add_info("Records: 1  Deleted: 0  Skipped: 9  Warnings: 9",
                       "Records: 2  Deleted: 0  Skipped: 1  Warnings: 1"),
              "Records: 3  Deleted: 0  Skipped: 10  Warnings: 10");
}

TEST(InfoSum, the_first_one_is_taken_as_it_is) {
    EXPECT_EQ(add_info("", "Rows matched: 1"), "Rows matched: 1");
    EXPECT_EQ(add_info("", ""), "");
}

TEST(InfoSum, other_words_change_nothing) {
    EXPECT_EQ(add_info("Rows matched: 1", ""), "Rows matched: 1");
    EXPECT_EQ(add_info("Rows matched: 1", "Records: 1"), "Rows matched: 1");
    EXPECT_EQ(add_info("Rows matched: 1", "Rows matched: 1  Changed: 1"), "Rows matched: 1");
    EXPECT_EQ(add_info("Rows matched: 1", "Rows matched: 99999999999999999999999"), "Rows matched: 1");
}

}  // namespace
}  // namespace leasehold::proxy
