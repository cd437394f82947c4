// SHOW CREATE TABLE as servers write it, taken apart and made into a temporary table.
#include "router/table_definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "router/table_transfer.h"

namespace leasehold::router {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// MariaDB 10.11.
constexpr std::string_view orders = R"(CREATE TABLE `orders` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `Customer``s` varchar(40) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'a,(b' COMMENT 'it''s, (odd',
  `amount` decimal(12,3) DEFAULT NULL,
  `rate` float DEFAULT NULL,
  `at` timestamp(3) NULL DEFAULT NULL,
  `kind` enum('a','b)') DEFAULT NULL,
  `total` decimal(20,3) GENERATED ALWAYS AS (`amount` * 2) VIRTUAL,
  `doc` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`doc`)),
  `words` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `by_kind` (`kind`,`at`),
  KEY `by name` (`Customer``s`(10)),
  FULLTEXT KEY `by_words` (`words`),
  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `other` (`id`) ON DELETE CASCADE,
  CONSTRAINT `positive` CHECK (`amount` > 0)
) ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci ROW_FORMAT=COMPRESSED COMMENT='x'
 PARTITION BY HASH (`id`)
PARTITIONS 4)";

TEST(TableDefinition, columns_and_how_they_travel) {
    const TableDefinition table = parse_table_definition(orders).value();
    std::vector<std::string> names;
    std::vector<Transfer> transfers;
    for (const TableColumn& column : table.columns) {
        names.push_back(column.lower);
        transfers.push_back(column.transfer);
    }
    EXPECT_THAT(names,
                ElementsAre("id", "customer`s", "amount", "rate", "at", "kind", "total", "doc", "words"));
    EXPECT_THAT(transfers, ElementsAre(Transfer::text, Transfer::bytes, Transfer::text, Transfer::floating,
                                       Transfer::instant, Transfer::number, Transfer::text, Transfer::bytes,
                                       Transfer::bytes));
    EXPECT_TRUE(table.find("total")->generated);
    EXPECT_FALSE(table.find("amount")->generated);
    EXPECT_EQ(table.find("nothing"), nullptr);
}

TEST(TableDefinition, becomes_a_temporary_table) {
    const TableDefinition table = parse_table_definition(orders).value();
    const std::string sql = table.create_temporary("a`b", true);
    EXPECT_THAT(
        sql, testing::StartsWith("CREATE TEMPORARY TABLE `a``b` (`id` bigint(20) NOT NULL AUTO_INCREMENT, "));
    EXPECT_THAT(
        sql, testing::EndsWith(
                 "PRIMARY KEY (`id`), UNIQUE KEY `by_kind` (`kind`,`at`), KEY `by name` (`Customer``s`(10))) "
                 "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"));
    EXPECT_THAT(sql, HasSubstr("CHECK (json_valid(`doc`))"));
    for (const char* const gone : {"FOREIGN", "PARTITION", "FULLTEXT", "ENGINE", "positive"}) {
        EXPECT_THAT(sql, Not(HasSubstr(gone)));
    }
    EXPECT_EQ(table.drop_uniqueness("t"),
              "ALTER TABLE `t` DROP PRIMARY KEY, ADD KEY (`id`), DROP KEY `by_kind`, ADD KEY `by_kind` "
              "(`kind`,`at`)");
}

TEST(TableDefinition, keeps_what_is_needed) {
    TableDefinition table = parse_table_definition(orders).value();
    table.keep_only({"total"});
    std::vector<std::string> names;
    for (const TableColumn& column : table.columns) names.push_back(column.lower);
    // Keys and what a generated column is made of stay with it.
    EXPECT_THAT(names, ElementsAre("id", "customer`s", "amount", "at", "kind", "total"));
    EXPECT_EQ(table.stored_columns(), "`id`, `Customer``s`, `amount`, `at`, `kind`");

    TableDefinition plain =
        parse_table_definition("CREATE TABLE `t` (\n  `a` int(11),\n  `b` int(11)\n)").value();
    plain.keep_only({"x"});
    EXPECT_EQ(plain.columns.size(), 1u) << "a table has a column";
}

// MySQL 9.
TEST(TableDefinition, of_mysql) {
    const TableDefinition table = parse_table_definition(R"(CREATE TABLE `t` (
  `a` int NOT NULL,
  `j` json DEFAULT NULL,
  `hidden` int DEFAULT NULL /*!80023 INVISIBLE */,
  `g` int GENERATED ALWAYS AS ((`a` + 1)) STORED,
  `p` point NOT NULL /*!80003 SRID 0 */,
  `v` vector(3) DEFAULT NULL,
  PRIMARY KEY (`a`),
  KEY `f` ((lower(_utf8mb4'x'))),
  SPATIAL KEY `s` (`p`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
/*!50100 PARTITION BY HASH (`a`) PARTITIONS 2 */)")
                                      .value();
    EXPECT_EQ(table.find("j")->transfer, Transfer::json);
    EXPECT_EQ(table.find("p")->transfer, Transfer::bytes);
    EXPECT_EQ(table.find("v")->transfer, Transfer::bytes);
    EXPECT_TRUE(table.find("g")->generated);
    EXPECT_THAT(table.create_temporary("t", false),
                testing::EndsWith("KEY (`a`), KEY `f` ((lower(_utf8mb4'x')))) DEFAULT CHARSET=utf8mb4 "
                                  "COLLATE=utf8mb4_0900_ai_ci"));
}

TEST(TableDefinition, what_is_none) {
    for (const std::string_view text :
         {"", "CREATE TABLE", "CREATE TABLE `t` (", "CREATE TABLE `t` (`a` int", "CREATE TABLE `t` ()",
          "CREATE TABLE `t` (,)", "CREATE ALGORITHM=UNDEFINED VIEW `v` AS select 1", "CREATE TABLE `t` (`a",
          "x", "CREATE TABLE `t` (KEY)", "CREATE TABLE `t` (PRIMARY KEY `"}) {
        EXPECT_FALSE(parse_table_definition(text)) << text;
    }
}

std::string literal(Transfer transfer, std::optional<std::string_view> value) {
    std::string sql;
    append_literal(sql, transfer, value);
    return sql;
}

TEST(TableTransfer, literals) {
    EXPECT_EQ(literal(Transfer::text, std::nullopt), "NULL");
    EXPECT_EQ(literal(Transfer::text, "-1.50"), "'-1.50'");
    EXPECT_EQ(literal(Transfer::bytes, std::string_view("a'\\\0\xFF\n", 6)),
              std::string("_binary'a\\'\\\\\\0\xFF\n'"));
    EXPECT_EQ(literal(Transfer::number, "18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(literal(Transfer::number, "1); DROP TABLE x"), "'1); DROP TABLE x'");
    EXPECT_EQ(literal(Transfer::instant, "0"), "'0000-00-00 00:00:00'");
    EXPECT_EQ(literal(Transfer::instant, "0.000000"), "'0000-00-00 00:00:00'");
    EXPECT_EQ(literal(Transfer::instant, "1"), "'1970-01-01 00:00:01'");
    EXPECT_EQ(literal(Transfer::instant, "1763735638.250"), "'2025-11-21 14:33:58.250'");
    EXPECT_EQ(literal(Transfer::instant, "2147483647"), "'2038-01-19 03:14:07'");
}

TEST(TableTransfer, reads) {
    const TableDefinition table = parse_table_definition(orders).value();
    EXPECT_EQ(read_list(table),
              "`id`, CAST(`Customer``s` AS BINARY), `amount`, `rate` * 1e0, UNIX_TIMESTAMP(`at`), "
              "CAST(`kind` AS UNSIGNED), CAST(`doc` AS BINARY), CAST(`words` AS BINARY)");
}

TEST(TableDefinition, a_key_without_columns_is_left_out) {
    const auto table =
        parse_table_definition("CREATE TABLE `t` (\n  `id` int,\n  UNIQUE KEY\n) ENGINE=InnoDB");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->columns.size(), 1u);
}

}  // namespace
}  // namespace leasehold::router
