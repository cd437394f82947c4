#include "proxy/next_transaction.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

std::string characteristic(std::string name, std::string value) {
    router::Assignment assignment;
    assignment.scope = router::VariableScope::next_transaction;
    assignment.name = std::move(name);
    assignment.value_sql = std::move(value);
    return transaction_characteristic(assignment).value_or("refused");
}

TEST(NextTransaction, AssignmentsBecomeCharacteristics) {
    EXPECT_EQ(characteristic("transaction_isolation", "'READ-COMMITTED'"), "ISOLATION LEVEL READ COMMITTED");
    EXPECT_EQ(characteristic("tx_isolation", "\"serializable\""), "ISOLATION LEVEL SERIALIZABLE");
    EXPECT_EQ(characteristic("tx_isolation", "2"), "ISOLATION LEVEL REPEATABLE READ");
    EXPECT_EQ(characteristic("transaction_read_only", "1"), "READ ONLY");
    EXPECT_EQ(characteristic("tx_read_only", "off"), "READ WRITE");
}

TEST(NextTransaction, OtherValuesAreRefused) {
    EXPECT_EQ(characteristic("tx_isolation", "'CHAOS'"), "refused");
    EXPECT_EQ(characteristic("tx_isolation", "'SERIALIZABLE', READ ONLY"), "refused");
    EXPECT_EQ(characteristic("tx_isolation", ""), "refused");
    EXPECT_EQ(characteristic("tx_read_only", "2"), "refused");
}

TEST(NextTransaction, OneOfEachKindIsKept) {
    std::string all = with_characteristic("", "READ ONLY");
    all = with_characteristic(all, "ISOLATION LEVEL SERIALIZABLE");
    EXPECT_EQ(all, "READ ONLY, ISOLATION LEVEL SERIALIZABLE");
    all = with_characteristic(all, "READ WRITE");
    EXPECT_EQ(all, "ISOLATION LEVEL SERIALIZABLE, READ WRITE");
    EXPECT_EQ(with_characteristic(all, "ISOLATION LEVEL READ COMMITTED"),
              "READ WRITE, ISOLATION LEVEL READ COMMITTED");
}

}  // namespace
}  // namespace leasehold::proxy
