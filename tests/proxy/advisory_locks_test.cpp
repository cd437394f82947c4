#include "proxy/advisory_locks.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

TEST(AdvisoryLocks, TheQuestionNamesEachInHexadecimal) {
    EXPECT_EQ(locks_question({"a", "it's"}),
              "SELECT IS_USED_LOCK(0x61) <=> CONNECTION_ID(), IS_USED_LOCK(0x69742773) <=> CONNECTION_ID() "
              "LIMIT 1");
}

TEST(AdvisoryLocks, NamesThatDependOnACharacterSetAreNotAskedFor) {
    EXPECT_TRUE(can_be_asked_for("a lock's \\name"));
    EXPECT_TRUE(can_be_asked_for(std::string(64, 'x')));
    EXPECT_FALSE(can_be_asked_for(std::string(65, 'x')));
    EXPECT_FALSE(can_be_asked_for(""));
    EXPECT_FALSE(can_be_asked_for("\xc3\xbc"));
    EXPECT_FALSE(can_be_asked_for(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace leasehold::proxy
