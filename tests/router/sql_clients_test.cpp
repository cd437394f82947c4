// What real programs send: mysqldump and mariadb-dump, drivers on connect, sysbench.
#include <gtest/gtest.h>

#include <span>

#include "router/sql/parser.h"
#include "router/sql/printer.h"
#include "router/sql/statement_effects.h"

namespace leasehold::router {
namespace {

struct Case {
    std::string_view sql;
    StatementKind kind;
    bool empty = false;  // nothing for this server
};

void check(std::span<const Case> cases, SqlMode mode = {}) {
    for (const Case& c : cases) {
        const ParseTree tree = parse(c.sql, {.mode = mode});
        EXPECT_EQ(tree.outcome, c.empty ? ParseOutcome::empty : ParseOutcome::parsed) << c.sql << "\n"
                                                                                      << tree.error.message;
        EXPECT_EQ(tree.statement->kind, c.kind) << c.sql;
        const Effects effects = effects_of(tree);
        EXPECT_FALSE(effects.set.has(Effect::unknown)) << c.sql;
        if (!tree.parsed()) continue;
        const std::string printed = print(*tree.statement);
        const ParseTree again = parse(printed, {.mode = mode});
        ASSERT_TRUE(again.parsed()) << printed << "\n" << again.error.message;
        EXPECT_EQ(print(*again.statement), printed);
    }
}

using S = StatementKind;

TEST(SqlClients, Mysqldump) {
    constexpr Case cases[] = {
        {"/*M!999999\\- enable the sandbox mode */", S::other, true},
        {"-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)\n--\n", S::other,
         true},
        {"/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */", S::set},
        {"/*!40101 SET NAMES utf8mb4 */", S::set},
        {"/*!50503 SET NAMES utf8mb4 */", S::set},
        {"/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */", S::set},
        {"/*!40103 SET TIME_ZONE='+00:00' */", S::set},
        {"/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */", S::set},
        {"/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */", S::set},
        {"/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */", S::set},
        {"/*!40000 DROP DATABASE IF EXISTS `db`*/", S::ddl},
        {"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `db` /*!40100 DEFAULT CHARACTER SET utf8mb4 */", S::ddl},
        {"USE `db`", S::use},
        {"DROP TABLE IF EXISTS `t`", S::ddl},
        {"/*!50001 DROP VIEW IF EXISTS `v`*/", S::ddl},
        {"/*!40101 SET @saved_cs_client     = @@character_set_client */", S::set},
        {"/*!50503 SET character_set_client = utf8mb4 */", S::set},
        {"CREATE TABLE `t` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  `a` varchar(10) DEFAULT 'x;y',\n  "
         "PRIMARY KEY (`id`),\n"
         "  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `u` (`a`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4\n"
         "/*!50100 PARTITION BY RANGE (`id`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB) */",
         S::ddl},
        {"LOCK TABLES `t` WRITE", S::lock_tables},
        {"/*!40000 ALTER TABLE `t` DISABLE KEYS */", S::ddl},
        {"INSERT INTO `t` VALUES\n(1,'it\\'s'),\n(2,_binary '\\0\\n'),\n(3,NULL),\n(4,0x4142),\n(5,-1.5e10)",
         S::insert},
        {"UNLOCK TABLES", S::unlock_tables},
        {"/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `g` BEFORE INSERT ON `t` "
         "FOR EACH ROW BEGIN\n"
         "  SET NEW.a = 1;\nEND */",
         S::ddl},
        {"/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`localhost`*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY "
         "STARTS '2020-01-01' ON "
         "COMPLETION NOT PRESERVE ENABLE DO DELETE FROM t */",
         S::ddl},
        {"CREATE DEFINER=`root`@`localhost` PROCEDURE `p`(IN a INT, OUT b INT)\nBEGIN\n  SELECT 1; SELECT "
         "2;\nEND",
         S::ddl},
        {"/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER "
         "*/\n"
         "/*!50001 VIEW `v` AS select `t`.`id` AS `id` from `t` */",
         S::ddl},
        {"/*!50003 SET sql_mode              = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES' */", S::set},
        {"/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */", S::set},
        {"SET @@SESSION.SQL_LOG_BIN= 0", S::set},
        {"SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ ''", S::set},
        {"START TRANSACTION /*!40100 WITH CONSISTENT SNAPSHOT */", S::begin},
        {"SELECT /*!40001 SQL_NO_CACHE */ `id`, `a` FROM `t`", S::select},
        {"SHOW CREATE TABLE `t`", S::show},
        {"show fields from `t`", S::show},
        {"SHOW TRIGGERS LIKE 't'", S::show},
        {"SELECT LOGFILE_GROUP_NAME, FILE_NAME FROM INFORMATION_SCHEMA.FILES WHERE FILE_TYPE = 'UNDO LOG' "
         "AND FILE_NAME IS NOT NULL "
         "AND LOGFILE_GROUP_NAME IS NOT NULL GROUP BY LOGFILE_GROUP_NAME, FILE_NAME ORDER BY "
         "LOGFILE_GROUP_NAME",
         S::select},
        {"ROLLBACK TO SAVEPOINT sp", S::rollback_to_savepoint},
        {"SET SQL_QUOTE_SHOW_CREATE=1/*!40102 ,SQL_MODE=concat(@@sql_mode, _utf8 ',NO_KEY_OPTIONS') */",
         S::set},
    };
    check(cases);
    // MySQL 8's own lines mean nothing to MariaDB, and the other way round.
    constexpr Case mariadb[] = {
        {"/*!80000 SET SESSION information_schema_stats_expiry=0 */", S::other, true},
        {"/*!50717 SELECT COUNT(*) INTO @rocksdb_has_p_s_session_variables FROM t */", S::other, true},
        {"/*M!100616 SET @OLD_NOTE_VERBOSITY=@@NOTE_VERBOSITY, NOTE_VERBOSITY=0 */", S::set},
    };
    check(mariadb, {.server_version = 101107});
    constexpr Case mysql[] = {
        {"/*!80000 SET SESSION information_schema_stats_expiry=0 */", S::set},
        {"/*M!100616 SET @OLD_NOTE_VERBOSITY=@@NOTE_VERBOSITY, NOTE_VERBOSITY=0 */", S::other, true},
    };
    check(mysql, {.server_version = 90700});
}

TEST(SqlClients, DriversOnConnect) {
    constexpr Case cases[] = {
        // MySQL Connector/J
        {"/* mysql-connector-j-8.3.0 (Revision: 05b) */SELECT  @@session.auto_increment_increment AS "
         "auto_increment_increment, "
         "@@character_set_client AS character_set_client, @@sql_mode AS sql_mode, @@system_time_zone AS "
         "system_time_zone, "
         "@@time_zone AS time_zone, @@transaction_isolation AS transaction_isolation, @@wait_timeout AS "
         "wait_timeout",
         S::select},
        {"SHOW WARNINGS", S::show},
        {"SET NAMES utf8mb4", S::set},
        {"SET character_set_results = NULL", S::set},
        {"SET autocommit=1", S::set},
        {"SET sql_mode='STRICT_TRANS_TABLES'", S::set},
        {"SELECT @@session.transaction_read_only", S::select},
        {"SET SESSION TRANSACTION READ WRITE", S::set},
        {"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", S::set},
        {"/* ping */ SELECT 1", S::select},
        // MariaDB Connector/J
        {"set session_track_schema=1,autocommit=1,sql_mode=concat(@@sql_mode,',STRICT_TRANS_TABLES')",
         S::set},
        {"SELECT @@max_allowed_packet,@@wait_timeout", S::select},
        {"set autocommit=0, session_track_system_variables = CASE @@session_track_system_variables WHEN '*' "
         "THEN '*' WHEN '' THEN "
         "'autocommit,tx_isolation' ELSE CONCAT(@@session_track_system_variables, "
         "',autocommit,tx_isolation') END, names utf8mb4",
         S::set},
        // SQLAlchemy, PyMySQL, mysqlclient
        {"SELECT DATABASE()", S::select},
        {"SELECT @@transaction_isolation", S::select},
        {"SHOW VARIABLES LIKE 'sql_mode'", S::show},
        {"SHOW VARIABLES LIKE 'lower_case_table_names'", S::show},
        {"SELECT CAST('test plain returns' AS CHAR(60)) AS anon_1", S::select},
        {"SELECT CAST('test collated returns' AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin AS anon_1",
         S::select},
        {"SELECT 'x' AS `some label`", S::select},
        {"DESCRIBE `db`.`t`", S::describe},
        {"SET AUTOCOMMIT = 0", S::set},
        {"ROLLBACK", S::rollback},
        // Rails, Laravel, Django, Go, mysql command line
        {"SET  @@SESSION.sql_mode = CONCAT(CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), "
         "',NO_AUTO_VALUE_ON_ZERO'),  @@SESSION.sql_auto_is_null = 0, "
         "@@SESSION.wait_timeout = 2147483",
         S::set},
        {"set names 'utf8mb4' collate 'utf8mb4_unicode_ci'", S::set},
        {"use `laravel`;", S::use},
        {"set session sql_mode='ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES'", S::set},
        {"SET SQL_AUTO_IS_NULL = 0", S::set},
        {"SELECT VERSION(), @@sql_mode, @@default_storage_engine, @@sql_auto_is_null, "
         "@@lower_case_table_names, "
         "CONVERT_TZ('2001-01-01 01:00:00', 'UTC', 'UTC') IS NOT NULL",
         S::select},
        {"SET NAMES utf8mb4 COLLATE utf8mb4_0900_ai_ci", S::set},
        {"select @@version_comment limit 1", S::select},
        {"select USER()", S::select},
        {"select $$", S::select},  // the mysql client looks for dollar quotes
        {"SELECT table_name, table_comment FROM information_schema.tables WHERE table_schema = DATABASE() "
         "AND table_type IN ('BASE TABLE', 'VIEW') "
         "ORDER BY table_name",
         S::select},
        {"INSERT INTO `users` (`name`, `updated_at`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `name` = "
         "VALUES(`name`), `id` = LAST_INSERT_ID(`id`)",
         S::insert},
        {"SELECT `users`.* FROM `users` WHERE `users`.`id` = 1 AND (`users`.`deleted_at` IS NULL) ORDER BY "
         "`users`.`id` ASC LIMIT 1 FOR UPDATE",
         S::select},
        {"select exists(select * from `a` where `b` = ?) as `exists`", S::select},
        {"SELECT COUNT(*) AS count FROM t", S::select},
        {"SELECT t0.id AS id_1, t0.name AS name_2 FROM t t0 LEFT JOIN u u1 ON t0.id = u1.t_id WHERE t0.name "
         "LIKE ? ESCAPE '!' LIMIT ?, ?",
         S::select},
    };
    check(cases);
}

TEST(SqlClients, Sysbench) {
    constexpr Case cases[] = {
        {"CREATE TABLE sbtest1(\n  id INTEGER NOT NULL AUTO_INCREMENT,\n  k INTEGER DEFAULT '0' NOT NULL,\n  "
         "c CHAR(120) DEFAULT '' NOT NULL,\n"
         "  pad CHAR(60) DEFAULT '' NOT NULL,\n  PRIMARY KEY (id)\n) /*! ENGINE = innodb */ ",
         S::ddl},
        {"INSERT INTO sbtest1(k, c, pad) VALUES(49929, '83868641912-28773972837', '67847967377-48000963322')",
         S::insert},
        {"CREATE INDEX k_1 ON sbtest1(k)", S::ddl},
        {"BEGIN", S::begin},
        {"SELECT c FROM sbtest1 WHERE id=5012", S::select},
        {"SELECT c FROM sbtest1 WHERE id=?", S::select},
        {"SELECT c FROM sbtest1 WHERE id BETWEEN 5012 AND 5111", S::select},
        {"SELECT SUM(k) FROM sbtest1 WHERE id BETWEEN 5012 AND 5111", S::select},
        {"SELECT c FROM sbtest1 WHERE id BETWEEN 5012 AND 5111 ORDER BY c", S::select},
        {"SELECT DISTINCT c FROM sbtest1 WHERE id BETWEEN 5012 AND 5111 ORDER BY c", S::select},
        {"UPDATE sbtest1 SET k=k+1 WHERE id=5012", S::update},
        {"UPDATE sbtest1 SET c='x' WHERE id=5012", S::update},
        {"DELETE FROM sbtest1 WHERE id=5012", S::delete_},
        {"INSERT INTO sbtest1 (id, k, c, pad) VALUES (5012, 1, 'x', 'y')", S::insert},
        {"COMMIT", S::commit},
        {"DROP TABLE IF EXISTS sbtest1", S::ddl},
        {"SET GLOBAL innodb_flush_log_at_trx_commit=0", S::set},
    };
    check(cases);
}

}  // namespace
}  // namespace leasehold::router
