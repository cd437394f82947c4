#include "router/catalog.h"

#include <gtest/gtest.h>

#include "router/catalog_statistics.h"
#include "router/shown_names.h"
#include "tests/router/test_topology.h"

namespace leasehold::router {
namespace {

const CatalogTables tables{
    {"tables", {"TABLES", {"TABLE_SCHEMA", "TABLE_NAME", "TABLE_ROWS"}}},
    {"views", {"VIEWS", {"TABLE_SCHEMA", "VIEW_DEFINITION"}}},
    {"innodb_tables", {"INNODB_TABLES", {"TABLE_ID", "NAME"}}},
    {"engines", {"ENGINES", {"ENGINE"}}},
};

CatalogView renaming() {
    CatalogView view;
    view.tables = &tables;
    view.names = {{"ks_db", "ks"}};
    view.renames = true;
    return view;
}

std::string written(std::string_view sql, const CatalogView& view = renaming(),
                    const Target* target = nullptr) {
    return with_catalog(sql, {}, view, target).value_or("as it stands");
}

const std::string renamed_tables =
    "(SELECT CASE leasehold_t.`TABLE_SCHEMA` WHEN 'ks_db' THEN 'ks' ELSE leasehold_t.`TABLE_SCHEMA` END AS "
    "`TABLE_SCHEMA`, leasehold_t.`TABLE_NAME`, leasehold_t.`TABLE_ROWS` FROM information_schema.`TABLES` AS "
    "leasehold_t WHERE leasehold_t.`TABLE_SCHEMA` IN ('ks_db', 'information_schema', 'mysql', "
    "'performance_schema', 'sys') OR leasehold_t.`TABLE_SCHEMA` IS NULL OR leasehold_t.`TABLE_SCHEMA` = '')";

TEST(Catalog, tables_become_derived_tables) {
    EXPECT_EQ(written("SELECT * FROM information_schema.tables WHERE table_schema = 'ks'"),
              "SELECT * FROM " + renamed_tables + " AS `tables` WHERE table_schema = 'ks'");
    EXPECT_EQ(written("SELECT t.* FROM INFORMATION_SCHEMA.Tables AS t"),
              "SELECT t.* FROM " + renamed_tables + " AS t");
    EXPECT_EQ(written("SELECT 1 FROM x WHERE a IN (SELECT tables.* FROM information_schema.tables)"),
              "SELECT 1 FROM x WHERE a IN (SELECT `tables`.* FROM " + renamed_tables + " AS `tables`)");
}

TEST(Catalog, only_columns_that_are_named) {
    const std::string rows = " FROM information_schema.`TABLES` AS leasehold_t WHERE ";
    EXPECT_NE(written("SELECT Table_Name FROM information_schema.tables")
                  .find("(SELECT leasehold_t.`TABLE_NAME`" + rows),
              std::string::npos);
    EXPECT_NE(
        written("SELECT COUNT(*) FROM information_schema.tables").find("(SELECT 1 AS leasehold_1" + rows),
        std::string::npos);
    EXPECT_NE(written("SELECT 1 FROM x NATURAL JOIN information_schema.tables").find(renamed_tables),
              std::string::npos);
}

TEST(Catalog, qualifiers_keep_their_meaning) {
    EXPECT_EQ(
        written("SELECT information_schema.tables.table_name, TABLES.table_rows + 1, tables.* FROM "
                "information_schema.tables ORDER BY TABLES.table_name"),
        "SELECT `tables`.table_name AS `table_name`, `tables`.table_rows + 1 AS `TABLES.table_rows + 1`, "
        "`tables`.* FROM " +
            renamed_tables + " AS `tables` ORDER BY `tables`.table_name");
}

TEST(Catalog, headings_are_the_servers) {
    CatalogView view = renaming();
    EXPECT_TRUE(written("SELECT Table_Name, a.table_rows AS n FROM information_schema.tables a", view)
                    .starts_with("SELECT Table_Name AS `Table_Name`, a.table_rows AS n FROM"));
    view.headings_as_written = false;
    EXPECT_TRUE(written("SELECT Table_Name, x FROM information_schema.tables a", view)
                    .starts_with("SELECT Table_Name AS `TABLE_NAME`, x FROM"));
}

TEST(Catalog, names_within_texts) {
    EXPECT_NE(written("SELECT * FROM information_schema.views")
                  .find("REPLACE(leasehold_t.`VIEW_DEFINITION`, '`ks_db`.', '`ks`.')"),
              std::string::npos);
    EXPECT_NE(written("SELECT * FROM information_schema.innodb_tables")
                  .find("SUBSTRING_INDEX(leasehold_t.`NAME`, '/', 1)"),
              std::string::npos);
}

TEST(Catalog, what_stays) {
    for (const std::string_view sql : {
             "SELECT * FROM information_schema.engines",
             "SELECT * FROM information_schema.no_such_table",
             "SELECT * FROM tables",
             "SELECT * FROM mysql.user",
             "UPDATE information_schema.tables SET table_name = 1",
             "SHOW TABLES",
         }) {
        EXPECT_EQ(written(sql), "as it stands") << sql;
    }
    CatalogView same = renaming();
    same.names = {{"ks", "ks"}};
    same.renames = false;
    EXPECT_EQ(written("SELECT * FROM information_schema.tables", same), "as it stands");
}

TEST(Catalog, a_session_in_information_schema) {
    const Target target{"ks", "-", TabletType::primary, "information_schema"};
    EXPECT_EQ(written("SELECT * FROM tables", renaming(), &target),
              "SELECT * FROM " + renamed_tables + " AS `tables`");
}

TEST(Catalog, names_of_others_are_left_out) {
    CatalogView view = renaming();
    view.names.push_back({"other", "other"});
    const std::string sql = written("SELECT 1 FROM information_schema.tables", view);
    EXPECT_NE(sql.find("IN ('ks_db', 'other', 'information_schema'"), std::string::npos) << sql;
}

TEST(Catalog, sums_stand_beside) {
    CatalogView view = renaming();
    view.table_sums = {{{"it's", "7", "1", "2", "3", "4", "5", std::nullopt, std::nullopt}}};
    const std::string sql = written("SELECT * FROM information_schema.tables", view);
    EXPECT_NE(sql.find("IF(leasehold_s.TABLE_NAME IS NULL, leasehold_t.`TABLE_ROWS`, "
                       "CAST(leasehold_s.`TABLE_ROWS` AS UNSIGNED)) AS `TABLE_ROWS`"),
              std::string::npos)
        << sql;
    EXPECT_NE(sql.find("SELECT _utf8mb4 0x69742773 AS `TABLE_NAME`, '7' AS `TABLE_ROWS`"), std::string::npos)
        << sql;
}

TEST(Catalog, show_table_status) {
    CatalogView view = renaming();
    EXPECT_EQ(written("SHOW TABLE STATUS FROM ks LIKE 'a%'", view),
              "SELECT * FROM (SELECT `TABLE_NAME` AS `Name`, `TABLE_ROWS` AS `Rows` FROM " + renamed_tables +
                  " AS t WHERE TABLE_SCHEMA = 'ks') AS t WHERE Name LIKE 'a%' ORDER BY Name");
    EXPECT_NE(written("SHOW TABLE STATUS WHERE Name = 'a' OR `Rows` > 3")
                  .find(" WHERE Name = 'a' OR `Rows` > 3 ORDER BY"),
              std::string::npos);
}

CatalogUse use_of(std::string_view sql) {
    return catalog_use(parse(sql, {}), nullptr);
}

TEST(Catalog, what_a_statement_wants_to_know) {
    EXPECT_EQ(use_of("SELECT 1"), CatalogUse::none);
    EXPECT_EQ(use_of("SELECT * FROM tables"), CatalogUse::none);
    EXPECT_EQ(use_of("SELECT table_name FROM information_schema.tables"), CatalogUse::names);
    EXPECT_EQ(use_of("SELECT COUNT(*) FROM information_schema.tables"), CatalogUse::names);
    EXPECT_EQ(use_of("SELECT * FROM information_schema.columns"), CatalogUse::names);
    EXPECT_EQ(use_of("SELECT * FROM information_schema.tables"), CatalogUse::tables);
    EXPECT_EQ(use_of("SELECT t.* FROM information_schema.tables t"), CatalogUse::tables);
    EXPECT_EQ(use_of("SELECT SUM(Data_Length) FROM information_schema.TABLES"), CatalogUse::tables);
    EXPECT_EQ(use_of("SELECT * FROM information_schema.partitions"), CatalogUse::partitions);
    EXPECT_EQ(use_of("SELECT * FROM information_schema.partitions, information_schema.tables"),
              CatalogUse::tables_and_partitions);
    EXPECT_EQ(use_of("SHOW TABLE STATUS"), CatalogUse::tables);
    EXPECT_EQ(use_of("SHOW TABLE STATUS FROM information_schema"), CatalogUse::none);
    EXPECT_EQ(use_of("SHOW TABLES"), CatalogUse::none);
}

std::string keyspace_of(std::string_view sql, std::span<const SqlValue> parameters = {}) {
    const auto topology = test_topology();
    const auto found = catalog_keyspace(sql, {}, parameters, *topology, nullptr);
    return found ? topology->keyspaces[*found].name : "";
}

TEST(Catalog, the_keyspace_that_conditions_name) {
    EXPECT_EQ(keyspace_of("SELECT 1 FROM information_schema.tables WHERE table_schema = 'customer'"),
              "customer");
    EXPECT_EQ(keyspace_of("SELECT 1 FROM information_schema.schemata WHERE 'wide' = schema_name"), "wide");
    EXPECT_EQ(keyspace_of("SELECT 1 FROM information_schema.tables t JOIN information_schema.columns c ON "
                          "t.table_schema = c.table_schema AND c.table_schema IN ('wide')"),
              "wide");
    EXPECT_EQ(keyspace_of("SELECT 1 FROM information_schema.tables WHERE table_schema LIKE 'customer'"),
              "customer");
    EXPECT_EQ(
        keyspace_of("SELECT 1 FROM information_schema.tables WHERE table_schema IN ('wide', 'customer')"),
        "");
    EXPECT_EQ(keyspace_of("SELECT 1 FROM information_schema.tables WHERE table_schema = 'nowhere'"), "");
    EXPECT_EQ(keyspace_of("SELECT 1 FROM information_schema.tables WHERE table_name = 'customer'"), "");
    EXPECT_EQ(keyspace_of("SELECT 1 FROM information_schema.tables, t WHERE table_schema = 'wide'"), "");
    EXPECT_EQ(keyspace_of("WITH t AS (SELECT * FROM information_schema.tables WHERE table_schema = 'wide') "
                          "SELECT * FROM t"),
              "wide");
    EXPECT_EQ(keyspace_of("SHOW TABLE STATUS FROM wide"), "wide");
    const std::vector<SqlValue> bound{std::string_view("x"), std::string_view("customer")};
    EXPECT_EQ(keyspace_of("SELECT ? FROM information_schema.tables WHERE table_schema = ?", bound),
              "customer");
}

TEST(CatalogStatistics, sums) {
    const auto row = [](std::string name, std::string rows, std::string bytes, std::string next) {
        return TextRow{std::move(name),       std::move(rows), std::move(bytes), "9", "1", "2", "3",
                       "2026-01-01 00:00:00", std::move(next)};
    };
    TextRow later = row("a", "3", "300", "1000");
    later[7] = "2026-02-01 00:00:00";
    TextRow view = {"v", {}, {}, {}, {}, {}, {}, {}, {}};
    const std::vector<std::vector<TextRow>> shards{
        {row("a", "1", "100", "99"), row("r", "5", "50", "6"), view},
        {later, row("r", "5", "50", "6"), view, row("b", "0", "16", "1")}};
    const std::vector<TextRow> sums = sum_statistics(StatisticsOf::tables, shards, {"r"});
    ASSERT_EQ(sums.size(), 4u);
    EXPECT_EQ(sums[0], (TextRow{"a", "4", "400", "100", "2", "4", "6", "2026-02-01 00:00:00", "1000"}));
    EXPECT_EQ(sums[1], (TextRow{"b", "0", "16", "0", "1", "2", "3", "2026-01-01 00:00:00", "1"}));
    EXPECT_EQ(sums[2], row("r", "5", "50", "6"));
    EXPECT_EQ(sums[3], view);
}

TEST(CatalogStatistics, what_does_not_fit) {
    const std::vector<std::vector<TextRow>> shards{
        {{"a"}, {}, {"x", "1", "2", "3", "4", "5", "6", "7"}},
        {{std::nullopt, "1", "1", "1", "1", "1", "1", "1", "1"}},
        {{"m", "18446744073709551615", "x", "1", "1", "1", "1", "1", "1"}},
        {{"m", "7", "2", "1", "1", "1", "1", "1", "1"}}};
    const std::vector<TextRow> sums = sum_statistics(StatisticsOf::tables, shards, {});
    ASSERT_EQ(sums.size(), 1u);
    EXPECT_EQ(sums[0][1], "18446744073709551615");
}

TEST(ShownNames, messages) {
    const auto topology = test_topology();  // wide's database is wide_db
    const auto shown = [&](std::uint16_t code, std::string_view message) {
        return shown_message(*topology, code, message).value_or("as it stands");
    };
    EXPECT_EQ(shown(1146, "Table 'wide_db.x' doesn't exist"), "Table 'wide.x' doesn't exist");
    EXPECT_EQ(shown(1452, "a foreign key constraint fails (`wide_db`.`o`, CONSTRAINT"),
              "a foreign key constraint fails (`wide`.`o`, CONSTRAINT");
    EXPECT_EQ(shown(1044, "Access denied for user 'app'@'%' to database 'wide_db'"),
              "Access denied for user 'app'@'%' to database 'wide'");
    EXPECT_EQ(shown(1305, "PROCEDURE wide_db.p does not exist"), "PROCEDURE wide.p does not exist");
    EXPECT_EQ(shown(1062, "Duplicate entry 'wide_db.x' for key 'PRIMARY'"), "as it stands");
    EXPECT_EQ(shown(1146, "Table 'customer.x' doesn't exist"), "as it stands");
}

TEST(ShownNames, answers) {
    Keyspace keyspace;
    keyspace.name = "ks";
    keyspace.database = "ks_db";
    const ShownNames names(keyspace);
    EXPECT_EQ(names.heading("Tables_in_ks_db"), "Tables_in_ks");
    EXPECT_EQ(names.heading("Tables_in_ks_db (a%)"), "Tables_in_ks (a%)");
    EXPECT_EQ(names.heading("Tables_in_ks_db2"), std::nullopt);
    EXPECT_EQ(names.heading("Name"), std::nullopt);
    EXPECT_EQ(names.value("Db", "ks_db"), "ks");
    EXPECT_EQ(names.value("database", "ks_db2"), std::nullopt);
    EXPECT_EQ(names.value("Table", "ks_db.t"), "ks.t");
    EXPECT_EQ(names.value("Table", "ks_db"), std::nullopt);
    EXPECT_EQ(names.value("Create Database", "CREATE DATABASE `ks_db` /*!40100 */"),
              "CREATE DATABASE `ks` /*!40100 */");
    EXPECT_EQ(names.value("Message", "select `ks_db`.`t`.`a` from `ks_db`.`t`"),
              "select `ks`.`t`.`a` from `ks`.`t`");
    EXPECT_EQ(names.value("Tables_in_ks_db", "ks_db"), std::nullopt);
}

}  // namespace
}  // namespace leasehold::router
