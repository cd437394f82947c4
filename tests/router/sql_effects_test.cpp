#include "router/sql/statement_effects.h"

#include <gtest/gtest.h>

#include <span>

namespace leasehold::router {
namespace {

struct EffectName {
    Effect effect;
    std::string_view name;
};
constexpr EffectName effect_names[] = {
    {Effect::begins_transaction, "begin"},
    {Effect::ends_transaction, "end"},
    {Effect::implicit_commit, "commit"},
    {Effect::takes_advisory_lock, "lock"},
    {Effect::frees_advisory_lock, "unlock"},
    {Effect::frees_all_advisory_locks, "unlock_all"},
    {Effect::makes_temporary_table, "temp"},
    {Effect::drops_table, "drop"},
    {Effect::locks_tables, "lock_tables"},
    {Effect::unlocks_tables, "unlock_tables"},
    {Effect::global_read_lock, "ftwrl"},
    {Effect::text_prepare, "prepare"},
    {Effect::text_execute, "execute"},
    {Effect::text_deallocate, "deallocate"},
    {Effect::sets_user_variable, "set_uservar"},
    {Effect::reads_user_variable, "read_uservar"},
    {Effect::calculates_found_rows, "calc_found_rows"},
    {Effect::reads_previous, "previous"},
    {Effect::reads_insert_id, "insert_id"},
    {Effect::sets_last_insert_id, "set_last_insert_id"},
    {Effect::reads_connection_id, "connection_id"},
    {Effect::reads_session, "session"},
    {Effect::opens_handler, "open_handler"},
    {Effect::closes_handler, "close_handler"},
    {Effect::xa, "xa"},
    {Effect::calls_procedure, "call"},
    {Effect::sets_variable, "set"},
    {Effect::unknown, "unknown"},
};

std::string_view scope_name(VariableScope scope) {
    switch (scope) {
        case VariableScope::session:
            return "session";
        case VariableScope::global:
            return "global";
        case VariableScope::persist:
            return "persist";
        case VariableScope::next_transaction:
            return "next";
        case VariableScope::user:
            return "user";
        case VariableScope::names:
            return "names";
        case VariableScope::character_set:
            return "charset";
    }
    return "?";
}

// "commit temp", in the order of the enum.
std::string set_text(const Effects& effects) {
    std::string out;
    for (const EffectName& e : effect_names) {
        if (!effects.set.has(e.effect)) continue;
        if (!out.empty()) out += ' ';
        out += e.name;
    }
    return out;
}

Effects effects(std::string_view sql, SqlMode mode = {}) {
    return effects_of(parse(sql, {.mode = mode}));
}

struct Case {
    std::string_view sql;
    std::string_view expected;
};

void check(std::span<const Case> cases) {
    for (const Case& c : cases) EXPECT_EQ(set_text(effects(c.sql)), c.expected) << c.sql;
}

TEST(SqlEffects, PlainStatementsHaveNone) {
    constexpr Case cases[] = {
        {"SELECT 1", ""},
        {"SELECT c FROM sbtest1 WHERE id=?", ""},
        {"SELECT @@x, @@session.autocommit, @@global.read_only", ""},  // S5
        {"INSERT INTO t VALUES (1)", ""},
        {"UPDATE t SET a = 1", ""},
        {"DELETE FROM t", ""},
        {"SELECT * FROM t FOR UPDATE", ""},
        {"SELECT 'GET_LOCK(1)', `found_rows`, get_lock, last_insert_id FROM t -- GET_LOCK('x', 1)", ""},
        {"SELECT db.get_lock('a', 1), t.found_rows FROM t", ""},
        {"SELECT IS_FREE_LOCK('a')", ""},
        {"SHOW TABLES", ""},
        {"SHOW VARIABLES LIKE 'x'", ""},
        {"EXPLAIN SELECT 1", ""},
        {"USE db", ""},
        {"KILL 5", ""},
        {"DO SLEEP(1)", ""},
        {"HELP 'x'", ""},
        {"CHECKSUM TABLE t", ""},
        {"SAVEPOINT a", ""},
        {"RELEASE SAVEPOINT a", ""},
        {"LOAD DATA LOCAL INFILE 'x' INTO TABLE t (a, b)", ""},
        {"GRANT SELECT ON t.* TO 'u'@'h'", "commit"},
        {"", ""},
        {"-- nothing", ""},
    };
    check(cases);
}

TEST(SqlEffects, Transactions) {
    constexpr Case cases[] = {
        {"BEGIN", "begin"},
        {"BEGIN WORK", "begin"},
        {"begin;", "begin"},
        {"/* c */ BEGIN", "begin"},
        {"START TRANSACTION", "begin"},
        {"START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT", "begin"},
        {"COMMIT", "end"},
        {"COMMIT WORK AND NO CHAIN NO RELEASE", "end"},
        {"COMMIT AND CHAIN", "begin end"},
        {"ROLLBACK", "end"},
        {"ROLLBACK TO a", ""},
        {"ROLLBACK WORK TO SAVEPOINT a", ""},
        {"BEGIN NOT ATOMIC SELECT 1; END", "unknown"},
        {"XA START 'a'", "xa"},
        {"XA COMMIT 'a' ONE PHASE", "xa"},
        {"XA RECOVER", "xa"},
    };
    check(cases);
}

// Each line was run on MariaDB 10.11 and MySQL 9.7 behind an INSERT in a transaction: these commit it in at
// least one.
TEST(SqlEffects, ImplicitCommits) {
    constexpr Case cases[] = {
        {"CREATE TABLE t (a INT)", "commit"},
        {"CREATE TABLE t SELECT 1 AS a", "commit"},
        {"CREATE OR REPLACE TABLE t (a INT)", "commit"},
        {"ALTER TABLE t ADD b INT", "commit"},
        {"TRUNCATE t", "commit"},
        {"RENAME TABLE a TO b", "commit"},
        {"DROP TABLE t", "commit drop"},
        {"CREATE INDEX i ON t (a)", "commit"},
        {"DROP INDEX i ON t", "commit"},
        {"CREATE VIEW v AS SELECT GET_LOCK('x', 1)", "commit"},
        {"CREATE DATABASE d", "commit"},
        {"DROP DATABASE d", "commit"},
        {"CREATE USER u", "commit"},
        {"ALTER USER u IDENTIFIED BY 'x'", "commit"},
        {"DROP ROLE r", "commit"},
        {"REVOKE SELECT ON t.* FROM u", "commit"},
        {"SET PASSWORD FOR u = 'x'", "commit"},
        {"SET DEFAULT ROLE r TO u", "commit"},
        {"CREATE PROCEDURE p() BEGIN SET @x = GET_LOCK('a', 1); COMMIT; END", "commit"},
        {"CREATE DEFINER=`u`@`%` FUNCTION f() RETURNS INT BEGIN RETURN @x; END", "commit"},
        {"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = @x", "commit"},
        {"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO CALL p()", "commit"},
        {"CREATE SEQUENCE s", "commit"},
        {"ANALYZE TABLE t", "commit"},
        {"ANALYZE LOCAL TABLE t", "commit"},
        {"CHECK TABLE t", "commit"},
        {"OPTIMIZE TABLE t", "commit"},
        {"REPAIR TABLE t", "commit"},
        {"FLUSH TABLES", "commit"},
        {"FLUSH LOCAL STATUS", "commit"},
        {"CACHE INDEX t IN c", "commit"},
        {"LOAD INDEX INTO CACHE t", "commit"},
        {"INSTALL PLUGIN p SONAME 'x'", "commit"},
        {"UNINSTALL COMPONENT 'x'", "commit"},
        {"RESET REPLICA", "commit"},
        {"RESET PERSIST", ""},
        {"STOP REPLICA", "commit"},
        {"START SLAVE", "commit"},
        {"CHANGE REPLICATION SOURCE TO SOURCE_HOST='x'", "commit"},
        {"ALTER INSTANCE ROTATE INNODB MASTER KEY", "commit"},
        {"IMPORT TABLE FROM 'x'", "commit"},
        {"PURGE BINARY LOGS TO 'x'", ""},
    };
    check(cases);
}

TEST(SqlEffects, AdvisoryLocks) {
    constexpr Case cases[] = {
        {"SELECT GET_LOCK('a', 10)", "lock"},
        {"SELECT get_lock ('a', 10)", "lock"},
        {"SELECT `GET_LOCK`('a', 10)", "lock"},
        {"SELECT a FROM t WHERE GET_LOCK('a', 0) = 1", "lock"},
        {"INSERT INTO t VALUES (GET_LOCK('a', 1))", "lock"},
        {"UPDATE t SET a = 1 WHERE b = GET_LOCK('a', 1)", "lock"},
        {"DO GET_LOCK('a', 1)", "lock"},
        {"SET @x = GET_LOCK('a', 1)", "lock set_uservar"},
        {"SELECT RELEASE_LOCK('a')", "unlock"},
        {"DO RELEASE_LOCK('a'), GET_LOCK('b', 1)", "lock unlock"},
        {"SELECT RELEASE_ALL_LOCKS()", "unlock_all"},
        {"SELECT IS_USED_LOCK('a')", "connection_id"},
        {"CREATE TABLE t SELECT GET_LOCK('a', 1)", "commit lock"},
        {"SELECT service_get_write_locks('n', 'a', 1)", "lock"},
        {"SELECT GET_LOCK('a', 1) FROM (", "lock unknown"},
    };
    check(cases);
}

TEST(SqlEffects, NamesOfAdvisoryLocks) {
    struct LockCase {
        std::string_view sql;
        std::vector<std::string> names;
        bool unnamed;
    };
    const LockCase cases[] = {
        {"SELECT GET_LOCK('a', 10)", {"a"}, false},
        {"SELECT GET_LOCK('it''s\\n', 10), RELEASE_LOCK(\"B\")", {"it's\n", "B"}, false},
        {"SELECT GET_LOCK(_utf8mb4'a', 10)", {"a"}, false},
        {"SELECT GET_LOCK(?, 10)", {}, false},
        {"SELECT GET_LOCK(CONCAT('a', 'b'), 10), GET_LOCK('c', 1)", {"c"}, true},
        {"SELECT GET_LOCK('a' 'b', 10)", {}, true},
        {"SELECT RELEASE_LOCK(@x)", {}, true},
        {"SELECT GET_LOCK(5, 1)", {}, true},
        {"SELECT RELEASE_ALL_LOCKS()", {}, false},
        {"SELECT service_get_read_locks('n', 'a', 1)", {}, true},
    };
    for (const LockCase& c : cases) {
        const Effects e = effects(c.sql);
        EXPECT_EQ(e.advisory_locks, c.names) << c.sql;
        EXPECT_EQ(e.advisory_lock_unnamed, c.unnamed) << c.sql;
    }
    EXPECT_EQ(effects("SELECT ?, GET_LOCK(?, ?), RELEASE_LOCK(?)").advisory_lock_parameters,
              (std::vector<std::size_t>{1, 3}));
}

TEST(SqlEffects, StringsAreRememberedAsEverySqlModeReadsThem) {
    struct StringCase {
        std::string_view sql;
        std::string_view value;
        bool literal;
    };
    const StringCase cases[] = {
        {"SET @a = 'it\\'s'", "'it''s'", true},
        {"SET @a = \"it's\"", "'it''s'", true},
        {"SET @a = 'a\\nb'", "'a\nb'", true},
        {"SET @a = 'back\\\\slash'", "'back\\\\slash'", false},
        {"SET @a = 'ünï'", "'ünï'", false},
        {"SET @a = _latin1'x'", "_latin1'x'", true},
        {"SET time_zone = \"+02:00\"", "'+02:00'", true},
    };
    for (const StringCase& c : cases) {
        const Effects e = effects(c.sql);
        ASSERT_EQ(e.assignments.size(), 1u) << c.sql;
        EXPECT_EQ(e.assignments.front().literal, c.literal) << c.sql;
        EXPECT_EQ(e.assignments.front().value_sql, c.value) << c.sql;
    }
}

TEST(SqlEffects, TemporaryTables) {
    struct TableCase {
        std::string_view sql;
        std::string_view set;
        std::vector<std::string> tables;
    };
    const TableCase cases[] = {
        {"CREATE TEMPORARY TABLE t (a INT)", "temp", {"t"}},
        {"CREATE TEMPORARY TABLE IF NOT EXISTS Db.`T``x` AS SELECT 1", "temp", {"db.t`x"}},
        {"create /* c */ temporary table T select * from u", "temp", {"t"}},
        {"CREATE OR REPLACE TEMPORARY TABLE t LIKE u", "temp", {"t"}},
        {"CREATE TEMPORARY SEQUENCE s", "temp", {"s"}},
        {"/*!50000 CREATE TEMPORARY TABLE t (a INT) */", "temp", {"t"}},
        {"CREATE TEMPORARY TABLE t SELECT GET_LOCK('x', 1)", "lock temp", {"t"}},
        {"DROP TEMPORARY TABLE t", "drop", {"t"}},
        {"DROP TABLE IF EXISTS a, `B C`, d.E", "commit drop", {"a", "b c", "d.e"}},
        {"DROP TEMPORARY TABLES a, b", "drop", {"a", "b"}},
        {"CREATE TABLE t (a INT)", "commit", {}},
        {"DROP VIEW v", "commit", {}},
    };
    for (const TableCase& c : cases) {
        const Effects e = effects(c.sql);
        EXPECT_EQ(set_text(e), c.set) << c.sql;
        EXPECT_EQ(e.tables, c.tables) << c.sql;
    }
}

TEST(SqlEffects, TableLocksHandlersAndPrepare) {
    constexpr Case cases[] = {
        {"LOCK TABLES t READ, u AS x WRITE", "commit lock_tables"},
        {"LOCK TABLE t WRITE", "commit lock_tables"},
        {"UNLOCK TABLES", "unlock_tables"},
        {"FLUSH TABLES WITH READ LOCK", "commit ftwrl"},
        {"FLUSH LOCAL TABLES WITH READ LOCK", "commit ftwrl"},
        {"FLUSH TABLES a, b WITH READ LOCK", "commit lock_tables"},
        {"FLUSH TABLES a FOR EXPORT", "commit lock_tables"},
        {"LOCK INSTANCE FOR BACKUP", "unknown"},
        {"HANDLER t OPEN AS x", "open_handler"},
        {"HANDLER x READ FIRST", ""},
        {"HANDLER x CLOSE", "close_handler"},
        {"PREPARE s FROM 'SELECT ? + 1'", "prepare"},
        {"PREPARE s FROM 'SELECT GET_LOCK(\\'a\\', 1)'", "prepare unknown"},
        {"PREPARE s FROM 'CREATE TEMPORARY TABLE t (a INT)'", "prepare unknown"},
        {"PREPARE s FROM @x", "prepare read_uservar unknown"},
        {"EXECUTE s", "execute"},
        {"EXECUTE s USING @a, @b", "execute read_uservar"},
        {"EXECUTE IMMEDIATE 'SELECT 1'", "execute"},
        {"EXECUTE IMMEDIATE 'SET a = 1'", "execute unknown"},
        {"DEALLOCATE PREPARE s", "deallocate"},
        {"DROP PREPARE s", "deallocate"},
        {"CALL p(1)", "call"},
        {"CALL p(@x)", "set_uservar read_uservar call"},
    };
    check(cases);
}

TEST(SqlEffects, UserVariables) {
    constexpr Case cases[] = {
        {"SELECT @a", "read_uservar"},
        {"SELECT @a := 1", "set_uservar"},
        {"SELECT @a:=@a+1", "set_uservar read_uservar"},
        {"SELECT a INTO @x FROM t", "set_uservar"},
        {"SELECT a, b INTO @x, @y FROM t WHERE c = @z", "set_uservar read_uservar"},
        {"SET @a = 1", "set_uservar"},
        {"SET @a := 1, @b := @a", "set_uservar read_uservar"},
        {"UPDATE t SET a = @x", "read_uservar"},
        {"UPDATE t SET a = (@x := a + 1)", "set_uservar"},
        {"SELECT @`a b`, @'c'", "read_uservar"},
        {"LOAD DATA INFILE 'x' INTO TABLE t (@a) SET b = @a", "set_uservar read_uservar"},
        {"GET DIAGNOSTICS @n = NUMBER", "set_uservar previous"},
        {"CREATE USER 'u'@'h'", "commit"},
        {"CREATE DEFINER='u'@'h' VIEW v AS SELECT 1", "commit"},
    };
    check(cases);
}

TEST(SqlEffects, WhatMustFollowOnTheSameConnection) {
    constexpr Case cases[] = {
        {"SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1", "calc_found_rows"},
        {"SELECT FOUND_ROWS()", "previous session"},
        {"SELECT found_rows ( )", "previous session"},
        {"SELECT ROW_COUNT()", "previous session"},
        {"SELECT LAST_INSERT_ID()", "insert_id"},
        {"SELECT LAST_INSERT_ID() + 1 AS x", "insert_id"},
        {"INSERT INTO t SELECT LAST_INSERT_ID(), a FROM u", "insert_id"},
        {"SELECT LAST_INSERT_ID(5)", "set_last_insert_id"},
        {"UPDATE t SET id = LAST_INSERT_ID(id + 1)", "set_last_insert_id"},
        {"SELECT @@last_insert_id, @@identity", "insert_id"},
        {"SELECT @@session.warning_count", "previous"},
        {"SELECT @@`error_count`", "previous"},
        {"SHOW WARNINGS", "previous"},
        {"SHOW WARNINGS LIMIT 1", "previous"},
        {"SHOW ERRORS", "previous"},
        {"SHOW COUNT(*) WARNINGS", "previous"},
        {"SHOW PROFILES", "previous"},
        {"GET CURRENT DIAGNOSTICS CONDITION 1 @a = MESSAGE_TEXT", "set_uservar previous"},
        {"SELECT CONNECTION_ID()", "connection_id session"},
        {"SELECT CURRENT_USER", "session"},
        {"SELECT t.user, DATABASE()", "session"},
        {"SELECT @@pseudo_thread_id", "connection_id"},
        {"KILL CONNECTION_ID()", "connection_id session"},
        {"SELECT LASTVAL(s)", "previous"},
        {"SELECT PREVIOUS VALUE FOR s", "previous"},
    };
    check(cases);
}

TEST(SqlEffects, WhatTheGrammarDoesNotKnowKeepsItsEffects) {
    constexpr Case cases[] = {
        {"FROBNICATE GET_LOCK('a', 1)", "lock unknown"},
        {"SELECT FROM @x := 1", "set_uservar unknown"},
        {"BINLOG 'x'", "unknown"},
        {"SET ROLE r", "unknown"},
        {"SET a = 1,", "set unknown"},
        {"SELECT 'a", "unknown"},
        {"SELECT 1; SELECT GET_LOCK('a', 1)", "lock unknown"},
        {"BACKUP STAGE START", "commit unknown"},
    };
    check(cases);
}

// scope name = value, with ! behind what is not constant.
std::string assignments(std::string_view sql, SqlMode mode = {}) {
    std::string out;
    for (const Assignment& a : effects(sql, mode).assignments) {
        if (!out.empty()) out += "; ";
        out +=
            std::string(scope_name(a.scope)) + " " + a.name + " = " + a.value_sql + (a.literal ? "" : " !");
    }
    return out;
}

TEST(SqlEffects, Assignments) {
    constexpr Case cases[] = {
        {"SET a = 1", "session a = 1"},
        {"SET A := 'x', b = DEFAULT, c = ON, d = -1.5, e = word",
         "session a = 'x'; session b = DEFAULT; session c = ON; session d = -1.5; session e = word"},
        {"SET SESSION a = 1, LOCAL b = 2, @@c = 3, @@session.d = 4, @@local.e = 5",
         "session a = 1; session b = 2; session c = 3; session d = 4; session e = 5"},
        {"SET GLOBAL a = 1, b = 2, SESSION c = 3, d = 4, @@global.e = 5",
         "global a = 1; global b = 2; session c = 3; session d = 4; global e = 5"},
        {"SET PERSIST a = 1, @@persist_only.b = 2", "persist a = 1; persist b = 2"},
        {"SET @c = 'x''y', @`D d` = 2, @e = (SELECT a, b FROM t), f = @c",
         "user c = 'x''y'; user d d = 2; user e = (SELECT a, b FROM t) !; session f = @c !"},
        {"SET sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')",
         "session sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES') !"},
        {"SET a = _utf8mb4'x', b = b'1', c = 0x41",
         "session a = _utf8mb4'x'; session b = b'1'; session c = 0x41"},
        {"SET NAMES utf8mb4", "names  = utf8mb4"},
        {"SET NAMES 'utf8mb4' COLLATE utf8mb4_bin", "names  = 'utf8mb4' COLLATE utf8mb4_bin"},
        {"SET NAMES DEFAULT, a = 1", "names  = DEFAULT; session a = 1"},
        {"SET CHARACTER SET latin1", "charset  = latin1"},
        {"SET CHARSET 'latin1'", "charset  = 'latin1'"},
        {"SET names = 1", "session names = 1"},
        {"SET hot.key_buffer_size = 1, @@global.cold.key_buffer_size = 2",
         "session hot.key_buffer_size = 1; global cold.key_buffer_size = 2"},
        {"SET `a` = 1, @@`b` = 2, @@session.`c` = 3", "session a = 1; session b = 2; session c = 3"},
        {"/* c */ SET /* d */ a /* e */ = /* f */ 1 -- g", "session a = 1"},
        {"/*!40101 SET a = 1 */", "session a = 1"},
        {"/*!40014 SET @OLD=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */",
         "user old = @@UNIQUE_CHECKS !; session unique_checks = 0"},
        {"SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "next transaction_isolation = 'READ-COMMITTED'"},
        {"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
         "session transaction_isolation = 'REPEATABLE-READ'; session transaction_read_only = ON"},
        {"SET GLOBAL TRANSACTION READ WRITE", "global transaction_read_only = OFF"},
        {"SET @@transaction_isolation = 'SERIALIZABLE', transaction_read_only = 1",
         "next transaction_isolation = 'SERIALIZABLE'; session transaction_read_only = 1"},
        {"SET STATEMENT a = 1, b = 2 FOR SELECT 1", ""},
        {"SELECT 1", ""},
    };
    for (const Case& c : cases) EXPECT_EQ(assignments(c.sql), c.expected) << c.sql;
    EXPECT_EQ(assignments("SET SESSION TRANSACTION READ ONLY", {.server_version = 101107}),
              "session tx_read_only = ON");
    EXPECT_EQ(assignments("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", {.server_version = 101107}),
              "next tx_isolation = 'SERIALIZABLE'");
    EXPECT_EQ(assignments("SET TRANSACTION READ ONLY", {.server_version = 90700}),
              "next transaction_read_only = ON");
}

TEST(SqlEffects, OnlySessionVariablesCountAsSet) {
    constexpr Case cases[] = {
        {"SET a = 1", "set"},
        {"SET GLOBAL a = 1", ""},
        {"SET PERSIST a = 1", ""},
        {"SET GLOBAL a = 1, SESSION b = 2", "set"},
        {"SET NAMES utf8", "set"},
        {"SET TRANSACTION READ ONLY", "set"},
        {"SET GLOBAL TRANSACTION READ ONLY", ""},
        {"SET TRANSACTION READ ONLY, ISOLATION LEVEL SERIALIZABLE", "set"},
        {"SET TRANSACTION READ ONLY, READ WRITE", "set unknown"},
        {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, ISOLATION LEVEL SERIALIZABLE", "set unknown"},
        {"SET autocommit = 0", "set"},
        {"SET STATEMENT max_statement_time = 1 FOR SELECT GET_LOCK('a', 1)", "lock"},
        {"SET STATEMENT a = 1 FOR CREATE TEMPORARY TABLE t (b INT)", "temp"},
    };
    check(cases);
    EXPECT_EQ(parse("SET STATEMENT a = 1 FOR INSERT INTO t VALUES (1)", {}).statement->kind,
              StatementKind::insert);
}

}  // namespace
}  // namespace leasehold::router
