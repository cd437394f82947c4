#include "proxy/filtered_table.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

TEST(FilteredTable, rows_become_a_derived_table) {
    Table table{{wire::text_column("Database"), wire::text_column("a`b")}, {}};
    EXPECT_EQ(
        filtered_statement(table, "`Database` = 'x'"),
        "SELECT * FROM (SELECT '' AS `Database`, '' AS `a``b` LIMIT 0) AS `rows` WHERE `Database` = 'x'");
    table.rows = {{"one", std::nullopt}, {"o'clock", "2"}};
    EXPECT_EQ(filtered_statement(table, "1"),
              "SELECT * FROM (SELECT 'one' AS `Database`, NULL AS `a``b` UNION ALL "
              "SELECT _utf8mb4 0x6f27636c6f636b AS `Database`, '2' AS `a``b`) AS `rows` WHERE 1");
}

}  // namespace
}  // namespace leasehold::proxy
