// Statements that keep most of their text: their kind and the parts that routing and effects need.
#include <gtest/gtest.h>

#include <span>

#include "router/plan_cache.h"
#include "router/sql/parser.h"

namespace leasehold::router {
namespace {

using S = StatementKind;

TEST(SqlStatement, Kinds) {
    constexpr std::pair<std::string_view, StatementKind> cases[] = {
        {"SELECT 1", S::select},
        {"(SELECT 1)", S::select},
        {"VALUES ROW(1)", S::select},
        {"TABLE t", S::select},
        {"WITH a AS (SELECT 1) SELECT 1", S::select},
        {"WITH a (x) AS (SELECT (1)) UPDATE t SET b = 1", S::update},
        {"WITH a AS (SELECT 1), b AS (SELECT 2) DELETE FROM t", S::delete_},
        {"INSERT INTO t VALUES (1)", S::insert},
        {"REPLACE INTO t VALUES (1)", S::replace},
        {"UPDATE t SET a = 1", S::update},
        {"DELETE FROM t", S::delete_},
        {"LOAD DATA INFILE 'x' INTO TABLE t", S::load_data},
        {"LOAD XML INFILE 'x' INTO TABLE t", S::load_data},
        {"LOAD INDEX INTO CACHE t", S::admin},
        {"CALL p()", S::call},
        {"CREATE TABLE t (a INT)", S::ddl},
        {"ALTER TABLE t ADD a INT", S::ddl},
        {"DROP TABLE t", S::ddl},
        {"RENAME TABLE a TO b", S::ddl},
        {"TRUNCATE t", S::ddl},
        {"CREATE USER u", S::ddl},
        {"BEGIN", S::begin},
        {"START TRANSACTION", S::begin},
        {"START REPLICA", S::admin},
        {"COMMIT", S::commit},
        {"ROLLBACK", S::rollback},
        {"ROLLBACK TO a", S::rollback_to_savepoint},
        {"SAVEPOINT a", S::savepoint},
        {"RELEASE SAVEPOINT a", S::release_savepoint},
        {"SET a = 1", S::set},
        {"USE d", S::use},
        {"SHOW TABLES", S::show},
        {"EXPLAIN SELECT 1", S::explain},
        {"DESC SELECT 1", S::explain},
        {"EXPLAIN t", S::describe},
        {"DESCRIBE t a", S::describe},
        {"DESC format", S::describe},
        {"EXPLAIN FORMAT=JSON SELECT 1", S::explain},
        {"EXPLAIN ANALYZE SELECT 1", S::explain},
        {"ANALYZE SELECT 1", S::explain},
        {"ANALYZE FORMAT=JSON SELECT 1", S::explain},
        {"EXPLAIN (SELECT 1)", S::explain},
        {"EXPLAIN FOR CONNECTION 5", S::explain},
        {"EXPLAIN ROUTE SELECT 1", S::explain},
        {"LOCK TABLES t READ", S::lock_tables},
        {"UNLOCK TABLES", S::unlock_tables},
        {"PREPARE s FROM 'x'", S::prepare},
        {"EXECUTE s", S::execute},
        {"DEALLOCATE PREPARE s", S::deallocate},
        {"DROP PREPARE s", S::deallocate},
        {"HANDLER t OPEN", S::handler},
        {"XA RECOVER", S::xa},
        {"KILL 5", S::kill},
        {"FLUSH TABLES", S::flush},
        {"DO 1", S::do_},
        {"ANALYZE TABLE t", S::admin},
        {"CHECKSUM TABLE t", S::admin},
        {"GRANT ALL ON *.* TO u", S::admin},
        {"RESET REPLICA", S::admin},
        {"LOCK INSTANCE FOR BACKUP", S::admin},
        {"SHUTDOWN", S::admin},
        {"GET DIAGNOSTICS @a = NUMBER", S::other},
        {"SIGNAL SQLSTATE '45000'", S::other},
        {"HELP 'x'", S::other},
        {"FETCH c INTO x", S::unknown},
        {"hello", S::unknown},
        {"(hello)", S::unknown},
        {"", S::other},
        {"/* a */ -- b\n SELECT 1", S::select},
        {"/*!50003 CREATE*/ /*!50020 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON u FOR EACH ROW "
         "BEGIN END */",
         S::ddl},
    };
    for (const auto& [sql, kind] : cases) EXPECT_EQ(parse(sql, {}).statement->kind, kind) << sql;
}

template <typename T>
const T& as(const ParseTree& tree) {
    EXPECT_TRUE(tree.parsed()) << tree.sql() << "\n" << tree.error.message;
    const T* statement = tree.as<T>();
    EXPECT_NE(statement, nullptr) << tree.sql();
    static const T none;
    return statement == nullptr ? none : *statement;
}

TEST(SqlStatement, Transactions) {
    const auto tree = [](std::string_view sql) { return parse(sql, {}); };
    const ParseTree start = tree("START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT");
    EXPECT_EQ(as<TransactionStatement>(start).options.of(start.sql()), "READ ONLY, WITH CONSISTENT SNAPSHOT");
    EXPECT_TRUE(as<TransactionStatement>(start).read_only);
    EXPECT_TRUE(as<TransactionStatement>(start).consistent_snapshot);
    EXPECT_TRUE(as<TransactionStatement>(tree("BEGIN")).options.empty());
    EXPECT_EQ(as<TransactionStatement>(tree("COMMIT WORK AND CHAIN NO RELEASE")).chain, Tristate::yes);
    EXPECT_EQ(as<TransactionStatement>(tree("COMMIT WORK AND CHAIN NO RELEASE")).release, Tristate::no);
    EXPECT_EQ(as<TransactionStatement>(tree("ROLLBACK AND NO CHAIN RELEASE")).chain, Tristate::no);
    EXPECT_EQ(as<TransactionStatement>(tree("ROLLBACK RELEASE")).release, Tristate::yes);
    EXPECT_EQ(as<TransactionStatement>(tree("ROLLBACK TO SAVEPOINT `a b`")).savepoint.text, "a b");
    EXPECT_EQ(as<TransactionStatement>(tree("SAVEPOINT x")).verb, TransactionVerb::savepoint);
    EXPECT_TRUE(as<TransactionStatement>(tree("START TRANSACTION READ WRITE"))
                    .options.of("START TRANSACTION READ WRITE") == "READ WRITE");
    for (const std::string_view wrong : {"COMMIT x", "COMMIT AND CHAIN RELEASE", "ROLLBACK AND CHAIN RELEASE",
                                         "START TRANSACTION READ ONLY, READ WRITE", "START TRANSACTION READ",
                                         "START TRANSACTION x", "START TRANSACTION READ ONLY,"}) {
        EXPECT_FALSE(tree(wrong).parsed()) << wrong;
    }
}

TEST(SqlStatement, Show) {
    const auto show = [](std::string_view sql) { return parse(sql, {}); };
    constexpr std::pair<std::string_view, ShowWhat> cases[] = {
        {"SHOW DATABASES LIKE 'x'", ShowWhat::databases},
        {"SHOW SCHEMAS", ShowWhat::databases},
        {"SHOW FULL TABLES FROM d", ShowWhat::tables},
        {"SHOW TABLE STATUS FROM d LIKE 'x'", ShowWhat::table_status},
        {"SHOW OPEN TABLES", ShowWhat::open_tables},
        {"SHOW COLUMNS FROM t", ShowWhat::columns},
        {"SHOW FULL FIELDS IN t IN d", ShowWhat::columns},
        {"SHOW INDEXES FROM t", ShowWhat::index},
        {"SHOW KEYS FROM d.t WHERE Key_name = 'x'", ShowWhat::index},
        {"SHOW CREATE TABLE t", ShowWhat::create_table},
        {"SHOW CREATE VIEW v", ShowWhat::create_view},
        {"SHOW CREATE DATABASE IF NOT EXISTS d", ShowWhat::create_database},
        {"SHOW CREATE PROCEDURE p", ShowWhat::create_other},
        {"SHOW GLOBAL VARIABLES LIKE 'x'", ShowWhat::variables},
        {"SHOW SESSION STATUS", ShowWhat::status},
        {"SHOW WARNINGS LIMIT 1, 2", ShowWhat::warnings},
        {"SHOW ERRORS", ShowWhat::errors},
        {"SHOW COUNT(*) WARNINGS", ShowWhat::count_warnings},
        {"SHOW COUNT(*) ERRORS", ShowWhat::count_errors},
        {"SHOW PROCESSLIST", ShowWhat::processlist},
        {"SHOW ENGINE INNODB STATUS", ShowWhat::engine_status},
        {"SHOW STORAGE ENGINES", ShowWhat::engines},
        {"SHOW CHARACTER SET", ShowWhat::charset},
        {"SHOW COLLATION WHERE Charset = 'x'", ShowWhat::collation},
        {"SHOW SLAVE STATUS", ShowWhat::replica_status},
        {"SHOW ALL SLAVES STATUS", ShowWhat::replica_status},
        {"SHOW REPLICA STATUS", ShowWhat::replica_status},
        {"SHOW BINARY LOGS", ShowWhat::binary_logs},
        {"SHOW GRANTS FOR u", ShowWhat::grants},
        {"SHOW TRIGGERS", ShowWhat::triggers},
        {"SHOW KEYSPACES", ShowWhat::keyspaces},
        {"SHOW VITESS_SHARDS LIKE 'x'", ShowWhat::vitess_shards},
        {"SHOW VITESS_TABLETS", ShowWhat::vitess_tablets},
        {"SHOW VITESS_TARGET", ShowWhat::vitess_target},
        {"SHOW VSCHEMA TABLES", ShowWhat::vschema_tables},
        {"SHOW VSCHEMA VINDEXES", ShowWhat::vschema_vindexes},
        {"SHOW FUNCTION CODE f", ShowWhat::other},
    };
    for (const auto& [sql, what] : cases) EXPECT_EQ(as<ShowStatement>(show(sql)).what, what) << sql;
    const ParseTree columns = show("SHOW FULL COLUMNS FROM `t` FROM d LIKE 'a%'");
    EXPECT_TRUE(as<ShowStatement>(columns).full);
    EXPECT_EQ(as<ShowStatement>(columns).table.table.text, "t");
    EXPECT_EQ(as<ShowStatement>(columns).table.schema.text, "d");
    EXPECT_EQ(as<ShowStatement>(columns).like->text, "'a%'");
    EXPECT_TRUE(as<ShowStatement>(show("SHOW FULL PROCESSLIST")).full);
    EXPECT_TRUE(as<ShowStatement>(show("SHOW GLOBAL STATUS")).global);
    EXPECT_EQ(as<ShowStatement>(show("SHOW TABLES FROM d")).schema.text, "d");
    EXPECT_NE(as<ShowStatement>(show("SHOW TABLES WHERE a = 1")).where, nullptr);
}

TEST(SqlStatement, Ddl) {
    const auto ddl = [](std::string_view sql) { return parse(sql, {}); };
    const ParseTree create =
        ddl("CREATE TEMPORARY TABLE IF NOT EXISTS d.t (a INT) ENGINE=x AS SELECT 1 AS a FROM u");
    const auto& c = as<DdlStatement>(create);
    EXPECT_EQ(c.verb, DdlVerb::create);
    EXPECT_EQ(c.object, DdlObject::table);
    EXPECT_TRUE(c.temporary);
    EXPECT_TRUE(c.if_not_exists);
    ASSERT_EQ(c.targets.size(), 1u);
    EXPECT_EQ(c.targets[0].range.of(create.sql()), "d.t");
    EXPECT_NE(c.as_select, nullptr);
    EXPECT_TRUE(as<DdlStatement>(ddl("CREATE TABLE a LIKE b")).like_table);
    EXPECT_TRUE(as<DdlStatement>(ddl("CREATE TABLE a (LIKE b)")).like_table);
    EXPECT_EQ(as<DdlStatement>(ddl("CREATE TABLE a (x INT) PARTITION BY HASH ((x)) PARTITIONS 2")).as_select,
              nullptr);
    EXPECT_EQ(as<DdlStatement>(ddl("RENAME TABLE a TO b, c TO d.e")).targets.size(), 4u);
    EXPECT_EQ(as<DdlStatement>(ddl("DROP TABLE IF EXISTS a, b CASCADE")).targets.size(), 2u);
    EXPECT_EQ(as<DdlStatement>(ddl("CREATE UNIQUE INDEX i USING BTREE ON t (a)")).targets[0].table.text, "t");
    EXPECT_EQ(as<DdlStatement>(ddl("DROP INDEX i ON d.t")).targets[0].table.text, "t");
    EXPECT_EQ(as<DdlStatement>(ddl("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = 1"))
                  .targets[0]
                  .table.text,
              "t");
    EXPECT_EQ(as<DdlStatement>(ddl("CREATE DATABASE IF NOT EXISTS d CHARACTER SET x")).name.text, "d");
    const ParseTree view =
        ddl("CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY INVOKER VIEW v (x) AS SELECT 1 "
            "FROM t WITH CHECK OPTION");
    EXPECT_EQ(as<DdlStatement>(view).object, DdlObject::view);
    EXPECT_TRUE(as<DdlStatement>(view).or_replace);
    EXPECT_NE(as<DdlStatement>(view).as_select, nullptr);
    EXPECT_EQ(as<DdlStatement>(ddl("CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END")).object,
              DdlObject::procedure);
    EXPECT_EQ(
        as<DdlStatement>(ddl("CREATE DEFINER = CURRENT_USER() FUNCTION f() RETURNS INT RETURN 1")).object,
        DdlObject::function);
    EXPECT_EQ(
        as<DdlStatement>(ddl("CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $$ return 1; 'x $$"))
            .object,
        DdlObject::function);
    EXPECT_EQ(as<DdlStatement>(ddl("TRUNCATE t")).targets[0].table.text, "t");
    EXPECT_EQ(as<DdlStatement>(ddl("ALTER TABLE d.t RENAME TO u, ADD INDEX (a)")).targets[0].schema.text,
              "d");
}

TEST(SqlStatement, Others) {
    const auto tree = [](std::string_view sql) { return parse(sql, {}); };
    EXPECT_EQ(as<UseStatement>(tree("USE db")).target, "db");
    EXPECT_EQ(as<UseStatement>(tree("USE `ks:-80@replica`")).target, "ks:-80@replica");
    EXPECT_EQ(as<UseStatement>(tree("USE ks@replica;")).target, "ks@replica");
    EXPECT_EQ(as<UseStatement>(tree("USE ks:-80@replica")).target, "ks:-80@replica");
    EXPECT_EQ(as<UseStatement>(tree("USE ks/80-")).target, "ks/80-");
    EXPECT_EQ(as<UseStatement>(tree("USE @primary")).target, "@primary");
    EXPECT_FALSE(tree("USE").parsed());
    const ParseTree kill = tree("KILL HARD QUERY 12");
    EXPECT_TRUE(as<KillStatement>(kill).query_only);
    EXPECT_EQ(as<KillStatement>(kill).id->as<LiteralExpr>()->text, "12");
    EXPECT_FALSE(as<KillStatement>(tree("KILL CONNECTION 12")).query_only);
    EXPECT_TRUE(as<KillStatement>(tree("KILL QUERY ID 5")).query_only);
    EXPECT_TRUE(as<KillStatement>(tree("KILL QUERY ID 5")).query_id);
    EXPECT_FALSE(as<KillStatement>(kill).query_id);
    EXPECT_TRUE(as<KillStatement>(tree("KILL USER 'a'@'%'")).of_user);
    EXPECT_TRUE(as<KillStatement>(tree("KILL USER current_user()")).of_user);
    const ParseTree call = tree("CALL d.p(1, @x)");
    EXPECT_EQ(as<CallStatement>(call).schema.text, "d");
    EXPECT_EQ(as<CallStatement>(call).arguments.size(), 2u);
    const ParseTree load = tree(
        "LOAD DATA LOW_PRIORITY LOCAL INFILE 'x.csv' REPLACE INTO TABLE d.t FIELDS TERMINATED BY ',' (a, @b) "
        "SET c = @b");
    EXPECT_TRUE(as<LoadDataStatement>(load).local);
    EXPECT_TRUE(as<LoadDataStatement>(load).replace);
    EXPECT_EQ(as<LoadDataStatement>(load).table_range.of(load.sql()), "d.t");
    EXPECT_EQ(as<LoadDataStatement>(load).tail.of(load.sql()), "FIELDS TERMINATED BY ',' (a, @b) SET c = @b");
    const ParseTree lock = tree("LOCK TABLES a READ LOCAL, d.b AS x LOW_PRIORITY WRITE WAIT 5");
    ASSERT_EQ(as<LockTablesStatement>(lock).locks.size(), 2u);
    EXPECT_EQ(as<LockTablesStatement>(lock).locks[0].lock, TableLock::read_local);
    EXPECT_EQ(as<LockTablesStatement>(lock).locks[1].alias.text, "x");
    const ParseTree flush = tree("FLUSH TABLES a, b WITH READ LOCK");
    EXPECT_TRUE(as<FlushStatement>(flush).with_read_lock);
    EXPECT_EQ(as<FlushStatement>(flush).targets.size(), 2u);
    EXPECT_EQ(as<PrepareStatement>(tree("PREPARE s FROM 'SELECT 1'")).name.text, "s");
    EXPECT_EQ(as<ExecuteStatement>(tree("EXECUTE s USING @a, @b")).arguments.size(), 2u);
    EXPECT_NE(as<ExecuteStatement>(tree("EXECUTE IMMEDIATE CONCAT('a', 'b')")).immediate, nullptr);
    EXPECT_TRUE(as<DeallocateStatement>(tree("DROP PREPARE s")).drop_form);
    EXPECT_EQ(as<HandlerStatement>(tree("HANDLER t READ `PRIMARY` >= (1) LIMIT 2")).verb, HandlerVerb::read);
    EXPECT_EQ(as<XaStatement>(tree("XA PREPARE X'41', 'b', 1")).verb, XaVerb::prepare);
    EXPECT_EQ(as<AdminStatement>(tree("ANALYZE TABLE a, d.b")).targets.size(), 2u);
    EXPECT_EQ(as<DoStatement>(tree("DO 1, 2")).expressions.size(), 2u);
}

TEST(SqlStatement, Explain) {
    const auto tree = [](std::string_view sql) { return parse(sql, {}); };
    const ParseTree route = tree("EXPLAIN ROUTE SELECT a FROM t;");
    EXPECT_TRUE(as<ExplainStatement>(route).route);
    EXPECT_EQ(as<ExplainStatement>(route).inner_range.of(route.sql()), "SELECT a FROM t");
    EXPECT_EQ(as<ExplainStatement>(route).inner->kind, S::select);
    const ParseTree format = tree("EXPLAIN FORMAT=TREE UPDATE t SET a = 1");
    EXPECT_EQ(as<ExplainStatement>(format).options.of(format.sql()), "FORMAT=TREE");
    EXPECT_EQ(as<ExplainStatement>(format).inner->kind, S::update);
    EXPECT_TRUE(as<ExplainStatement>(tree("EXPLAIN ANALYZE SELECT 1")).analyze);
    EXPECT_TRUE(as<ExplainStatement>(tree("ANALYZE FORMAT=JSON SELECT 1")).analyze);
    EXPECT_EQ(as<ExplainStatement>(tree("EXPLAIN FOR CONNECTION 5")).inner, nullptr);
    const ParseTree describe = tree("DESC d.t `a%`");
    EXPECT_EQ(as<ExplainStatement>(describe).table.table.text, "t");
    EXPECT_EQ(as<ExplainStatement>(describe).column.of(describe.sql()), "`a%`");
}

TEST(SqlStatement, Set) {
    const ParseTree tree = parse("SET a = 1 + 1, @b := (SELECT 2), GLOBAL c = ON, NAMES x COLLATE y", {});
    const auto& set = as<SetStatement>(tree);
    ASSERT_EQ(set.assignments.size(), 4u);
    EXPECT_EQ(set.assignments[0].name.text, "a");
    EXPECT_EQ(set.assignments[0].value->kind, ExprKind::binary);
    EXPECT_EQ(set.assignments[0].value_range.of(tree.sql()), "1 + 1");
    EXPECT_EQ(set.assignments[1].scope, VariableScope::user);
    EXPECT_EQ(set.assignments[1].value->kind, ExprKind::subquery);
    EXPECT_EQ(set.assignments[2].scope, VariableScope::global);
    EXPECT_EQ(set.assignments[2].value, nullptr);
    EXPECT_EQ(set.assignments[3].scope, VariableScope::names);
    EXPECT_EQ(set.assignments[3].value_range.of(tree.sql()), "x COLLATE y");
    EXPECT_EQ(as<SetStatement>(parse("SET SESSION TRANSACTION READ ONLY", {})).form, SetForm::transaction);
    EXPECT_EQ(as<SetStatement>(parse("SET ROLE r", {})).form, SetForm::role);
    EXPECT_EQ(as<SetStatement>(parse("SET STATEMENT a = 1 FOR SELECT 2", {})).inner->kind, S::select);
    EXPECT_FALSE(parse("SET a = ", {}).parsed());
    EXPECT_FALSE(parse("SET a = 1 2", {}).parsed());
}

std::string split(std::string_view sql, SqlMode mode = {}) {
    std::string out;
    for (const std::string_view part : split_statements(sql, mode)) {
        out += '<';
        out += part;
        out += '>';
    }
    return out;
}

TEST(SqlSplit, Statements) {
    constexpr std::pair<std::string_view, std::string_view> cases[] = {
        {"SELECT 1", "<SELECT 1>"},
        {" SELECT 1 ; ", "< SELECT 1 ; >"},  // one statement: the text itself
        {"SELECT 1; SELECT 2", "<SELECT 1><SELECT 2>"},
        {"SELECT 1;;\n;SELECT 2;", "<SELECT 1><SELECT 2>"},
        {"", ""},
        {" ; -- x\n ; /* y */", ""},
        {"SELECT ';'; SELECT \";\", `;` /* ; */ -- ;\n, 1; # ;\n SELECT 3",
         "<SELECT ';'><SELECT \";\", `;` /* ; */ -- ;\n, 1><# ;\n SELECT 3>"},
        {"USE d; BEGIN; INSERT INTO t VALUES (1); COMMIT",
         "<USE d><BEGIN><INSERT INTO t VALUES (1)><COMMIT>"},
        {"SELECT 1; CREATE PROCEDURE p() BEGIN SELECT 2; SELECT 3; END; SELECT 4",
         "<SELECT 1><CREATE PROCEDURE p() BEGIN SELECT 2; SELECT 3; END; SELECT 4>"},
        {"CREATE DEFINER=`a`@`b` TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; END",
         "<CREATE DEFINER=`a`@`b` TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; END>"},
        {"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END",
         "<CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END>"},
        {"BEGIN NOT ATOMIC SELECT 1; SELECT 2; END", "<BEGIN NOT ATOMIC SELECT 1; SELECT 2; END>"},
        {"CREATE TABLE t (a INT); SELECT 1", "<CREATE TABLE t (a INT)><SELECT 1>"},
        {"/*!40101 SET a=1 */; /*!40101 SET b=2 */", "</*!40101 SET a=1 */></*!40101 SET b=2 */>"},
        {"SELECT 1; SELECT 'x; SELECT 2", "<SELECT 1><SELECT 'x; SELECT 2>"},
        {"SELECT 1; [; SELECT 2", "<SELECT 1><[; SELECT 2>"},
    };
    for (const auto& [sql, parts] : cases) EXPECT_EQ(split(sql), parts) << sql;
    EXPECT_EQ(split("SELECT 'a\\'; SELECT 2", {.no_backslash_escapes = true}), "<SELECT 'a\\'><SELECT 2>");
    EXPECT_EQ(split("SELECT \"a\\\"; SELECT 2", {.ansi_quotes = true}), "<SELECT \"a\\\"><SELECT 2>");
}

}  // namespace
}  // namespace leasehold::router
