#include "base/error.h"

#include <gtest/gtest.h>

#include "base/mysql_errors.h"

namespace leasehold {
namespace {

TEST(Error, CarriesTheSqlstateThatMysqlPairsWithItsNumber) {
    EXPECT_EQ(make_error(mysql_error::access_denied, "no").sqlstate, "28000");
    EXPECT_EQ(make_error(mysql_error::parse_error, "no").sqlstate, "42000");
    EXPECT_EQ(make_error(mysql_error::server_lost, "no").sqlstate, "HY000");
    EXPECT_EQ(make_error(12345, "no").sqlstate, "HY000");
}

TEST(Error, UncheckedAccessIsAProgrammingMistake) {
    const Result<int> failed = make_error(mysql_error::unknown_error, "why");
    EXPECT_THROW((void)failed.value(), std::logic_error);
}

}  // namespace
}  // namespace leasehold
