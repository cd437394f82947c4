#include "router/session_values.h"

#include <gtest/gtest.h>

namespace leasehold::router {
namespace {

SessionValues values() {
    SessionValues values;
    values.connection_id = 7;
    values.row_count = -1;
    values.found_rows = 3;
    values.database = "'shop'";
    values.user = "'ann@10.0.0.1'";
    values.current_user = "'ann@%'";
    values.wait_timeout = "60";
    return values;
}

std::string replaced(std::string_view sql, SqlMode mode = {}) {
    return with_session_values(sql, mode, values()).value_or("unchanged");
}

TEST(SessionValues, AColumnKeepsItsName) {
    EXPECT_EQ(replaced("SELECT ROW_COUNT()"), "SELECT IFNULL(-1, 9223372036854775807) AS `ROW_COUNT()`");
    EXPECT_EQ(replaced("select row_count ( )"), "select IFNULL(-1, 9223372036854775807) AS `row_count ( )`");
    EXPECT_EQ(replaced("SELECT connection_id() + 1, a"),
              "SELECT CAST(7 AS UNSIGNED) + 1 AS `connection_id() + 1`, a");
    EXPECT_EQ(replaced("SELECT FOUND_ROWS() AS n"), "SELECT IFNULL(3, 9223372036854775807) AS n");
    EXPECT_EQ(replaced("SELECT current_user, USER()"),
              "SELECT 'ann@%' AS `current_user`, 'ann@10.0.0.1' AS `USER()`");
    EXPECT_EQ(replaced("SELECT `a``b` = user()"), "SELECT `a``b` = 'ann@10.0.0.1' AS ```a````b`` = user()`");
    EXPECT_EQ(replaced("(SELECT DATABASE()) UNION SELECT SCHEMA()"),
              "(SELECT 'shop' AS `DATABASE()`) UNION SELECT 'shop'");
}

TEST(SessionValues, AnywhereInAStatementThatKeepsNothing) {
    EXPECT_EQ(replaced("INSERT INTO t VALUES (USER(), ROW_COUNT())"),
              "INSERT INTO t VALUES ('ann@10.0.0.1', IFNULL(-1, 9223372036854775807))");
    EXPECT_EQ(replaced("UPDATE t SET a = database() WHERE b IN (SELECT schema())"),
              "UPDATE t SET a = 'shop' WHERE b IN (SELECT 'shop')");
    EXPECT_EQ(replaced("SET @n = ROW_COUNT()"), "SET @n = IFNULL(-1, 9223372036854775807)");
}

TEST(SessionValues, VariablesOfTheSession) {
    EXPECT_EQ(replaced("SELECT @@wait_timeout, @@Session.`wait_timeout` + 1"),
              "SELECT 60 AS `@@wait_timeout`, 60 + 1 AS `@@Session.``wait_timeout`` + 1`");
    EXPECT_EQ(replaced("SELECT @@local.wait_timeout = 5 AS a"), "SELECT 60 = 5 AS a");
    EXPECT_EQ(replaced("SET @a = @@wait_timeout, @@session.sql_mode = ''"),
              "SET @a = 60, @@session.sql_mode = ''");
    for (const char* sql :
         {"SET @@session.wait_timeout = 5", "SET @@wait_timeout := 5", "SELECT @@global.wait_timeout",
          "SELECT @@interactive_timeout", "SELECT @wait_timeout, wait_timeout", "SET wait_timeout = 5"})
        EXPECT_EQ(replaced(sql), "unchanged") << sql;
}

TEST(SessionValues, WhatIsNoCallOrOutlivesTheStatementStays) {
    for (const char* sql : {
             "SELECT user, row_count FROM t",
             "SELECT t.user() FROM t",
             "SELECT 'ROW_COUNT()'",
             "SELECT IS_USED_LOCK('l') = CONNECTION_ID()",
             "INSERT INTO user () VALUES ()",
             "CREATE VIEW v AS SELECT USER()",
             "CREATE TABLE t (a VARCHAR(9) DEFAULT (USER()))",
             "SELECT `user`()",
             "SELECT ROW_COUNT(",
             "",
         }) {
        EXPECT_EQ(replaced(sql), "unchanged") << sql;
    }
}

TEST(SessionValues, WhatIsNotSetIsLeftToTheTablet) {
    SessionValues own;
    own.connection_id = 1;
    EXPECT_FALSE(with_session_values("SELECT FOUND_ROWS(), DATABASE(), ROW_COUNT()", {}, own));
}

}  // namespace
}  // namespace leasehold::router
