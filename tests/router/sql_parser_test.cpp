// Statements with a tree: what they print as shows the tree, parentheses where they are needed.
#include "router/sql/parser.h"

#include <gtest/gtest.h>

#include <span>

#include "router/sql/printer.h"

namespace leasehold::router {
namespace {

struct Case {
    std::string_view sql;
    std::string_view printed;  // empty: as it stands
};

void check(std::span<const Case> cases, SqlMode mode = {}) {
    for (const Case& c : cases) {
        const ParseTree tree = parse(c.sql, {.mode = mode});
        ASSERT_TRUE(tree.parsed()) << c.sql << "\n" << tree.error.message;
        const std::string printed = print(*tree.statement);
        EXPECT_EQ(printed, c.printed.empty() ? c.sql : c.printed) << c.sql;
        const ParseTree again = parse(printed, {.mode = mode});
        ASSERT_TRUE(again.parsed()) << printed << "\n" << again.error.message;
        EXPECT_EQ(print(*again.statement), printed);
    }
}

TEST(SqlParser, OperatorPrecedence) {
    constexpr Case cases[] = {
        {"SELECT 1 + 2 * 3", ""},
        {"SELECT (1 + 2) * 3", ""},
        {"SELECT ((1 * 2)) + 3", "SELECT 1 * 2 + 3"},
        {"SELECT a - b - c, a - (b - c)", ""},
        {"SELECT a OR b AND c XOR d", "SELECT a OR b AND c XOR d"},
        {"SELECT (a OR b) AND c", ""},
        {"SELECT a OR b OR c, (a OR b) OR c, a OR (b OR c)", ""},
        {"SELECT NOT a = b, (NOT a) = b", ""},
        {"SELECT NOT NOT a", ""},
        {"SELECT NOT a AND b", ""},
        {"SELECT !a = b, !(a = b)", ""},
        {"SELECT -a ^ b, -(a ^ b), ~a + 1", ""},
        {"SELECT - -1, -(-1), + -a", "SELECT -(-1), -(-1), +(-a)"},
        {"SELECT a | b & c << d + e * f ^ g", ""},
        {"SELECT ((((a | b) & c) << d) + e) * f", ""},
        {"SELECT a = b = c, a = (b = c)", ""},
        {"SELECT a = b IS NULL, a = (b IS NULL)", ""},
        {"SELECT (a IS TRUE) = b, a IS TRUE IS FALSE", "SELECT (a IS TRUE) = b, (a IS TRUE) IS FALSE"},
        {"SELECT a != b, a <> b, a <=> b, a DIV b, a MOD b, a % b",
         "SELECT a <> b, a <> b, a <=> b, a DIV b, a % b, a % b"},
        {"SELECT a && b, a || b", "SELECT a AND b, a OR b"},
        {"SELECT a BETWEEN 1 AND 2 AND b", ""},
        {"SELECT a BETWEEN b + 1 AND c LIKE 'x'", ""},
        {"SELECT (a BETWEEN 1 AND 2) = b, a BETWEEN (1 = 2) AND 3",
         "SELECT a BETWEEN 1 AND 2 = b, a BETWEEN (1 = 2) AND 3"},
        {"SELECT a NOT BETWEEN 1 AND 2", ""},
        {"SELECT a LIKE 'x' ESCAPE '!' AND b NOT LIKE c", ""},
        {"SELECT a LIKE (b + c)", ""},
        {"SELECT a REGEXP 'x', a RLIKE 'x', a NOT REGEXP b",
         "SELECT a REGEXP 'x', a REGEXP 'x', a NOT REGEXP b"},
        {"SELECT a SOUNDS LIKE b, 1 MEMBER OF (c)", ""},
        {"SELECT a COLLATE utf8mb4_bin = b, (a + b) COLLATE utf8mb4_bin, -a COLLATE x", ""},
        {"SELECT BINARY a = b, BINARY (a = b)", ""},
        {"SELECT @a := 1 + 2, (@a := 1) + 2", ""},
        {"SELECT 1 + @a := 2", "SELECT 1 + (@a := 2)"},
    };
    check(cases);
    constexpr Case pipes[] = {
        {"SELECT a || b * c, a || b || c, a ^ b || c", ""},
        {"SELECT (a ^ b) || c, a OR b", ""},
    };
    check(pipes, {.pipes_as_concat = true});
}

TEST(SqlParser, Operands) {
    constexpr Case cases[] = {
        {"SELECT 1, 1.5, 1e5, 'a', N'b', X'41', 0x41, b'1', 0b1, NULL, TRUE, FALSE, ?", ""},
        {"SELECT 'a' 'b' \"c\"", ""},
        {"SELECT _utf8mb4'x', _binary X'41', _latin1 0x41",
         "SELECT _utf8mb4 'x', _binary X'41', _latin1 0x41"},
        {"SELECT DATE '2020-01-01', TIME'10:00', TIMESTAMP '2020-01-01 00:00:00'",
         "SELECT DATE '2020-01-01', TIME '10:00', TIMESTAMP '2020-01-01 00:00:00'"},
        {"SELECT {d '2020-01-01'}, {fn NOW()}", ""},
        {"SELECT a, t.a, db.t.a, `t`.`a b`, t.select", "SELECT a, t.a, db.t.a, `t`.`a b`, t.`select`"},
        {"SELECT begin, `begin`, count, status, value, offset",
         "SELECT `begin`, `begin`, `count`, `status`, `value`, `offset`"},
        {"SELECT @@`x`, @@hot.`key_buffer_size`, @@session.`a.``b`, @@`a``b`",
         "SELECT @@`x`, @@hot.`key_buffer_size`, @@SESSION.`a.``b`, @@`a``b`"},
        {"SELECT @a, @`b c`, @@x, @@session.y, @@GLOBAL.z, @@local.w, @@hot.key_buffer_size",
         "SELECT @a, @`b c`, @@x, @@SESSION.y, @@GLOBAL.z, @@LOCAL.w, @@hot.key_buffer_size"},
        {"SELECT (1, 2), ROW(1, 2), (a, b) = (1, 2)", ""},
        {"SELECT CASE a WHEN 1 THEN 2 WHEN 3 THEN 4 ELSE 5 END, CASE WHEN a THEN b END", ""},
        {"SELECT CAST(a AS UNSIGNED), CAST(a AS DECIMAL(10,2)), CAST(a AS CHAR(3) CHARACTER SET utf8mb4)",
         ""},
        {"SELECT CAST(a AT TIME ZONE '+00:00' AS DATETIME), CAST(a->'$.x' AS UNSIGNED ARRAY)",
         "SELECT CAST(a AT TIME ZONE '+00:00' AS DATETIME), CAST(a -> '$.x' AS UNSIGNED ARRAY)"},
        {"SELECT CONVERT(a, CHAR), CONVERT(a USING utf8mb4)", ""},
        {"SELECT d + INTERVAL 1 DAY, d - INTERVAL '1:1' MINUTE_SECOND, INTERVAL 1 DAY + d", ""},
        {"SELECT DATE_ADD(d, INTERVAL a + 1 MONTH), ADDDATE(d, 3), INTERVAL(5, 1, 10)", ""},
        {"SELECT INTERVAL (1 + 1) * 2 DAY + d, INTERVAL (SELECT 1) SQL_TSI_DAY + d",
         "SELECT INTERVAL (1 + 1) * 2 DAY + d, INTERVAL (SELECT 1) SQL_TSI_DAY + d"},
        {"SELECT doc -> '$.a', doc ->> '$.b', t.doc -> '$.c' = 1", ""},
        {"SELECT DEFAULT(a), VALUES(b)", ""},
        {"SELECT NEXT VALUE FOR s, PREVIOUS VALUE FOR db.s", ""},
    };
    check(cases);
}

TEST(SqlParser, Functions) {
    constexpr Case cases[] = {
        {"SELECT COUNT(*), COUNT(DISTINCT a, b), SUM(ALL a), MAX(DISTINCT a)",
         "SELECT COUNT(*), COUNT(DISTINCT a, b), SUM(a), MAX(DISTINCT a)"},
        {"SELECT COUNT (*), f (a)", ""},
        {"SELECT db.f(1), `f`(2)", ""},
        {"SELECT NOW(), NOW(6), CURRENT_TIMESTAMP, CURRENT_TIMESTAMP(3), CURRENT_USER, CURRENT_USER(), "
         "UTC_DATE",
         ""},
        {"SELECT IF(a, b, c), LEFT(a, 1), RIGHT(a, 1), REPEAT(a, 2), REPLACE(a, b, c), INSERT(a, 1, 2, b), "
         "MOD(a, b)",
         ""},
        {"SELECT DATABASE(), SCHEMA(), USER(), VERSION(), CHAR(65, 66), CHAR(65 USING utf8mb4), TRUNCATE(a, "
         "2)",
         ""},
        {"SELECT EXTRACT(YEAR FROM d), EXTRACT(DAY_MICROSECOND FROM d)", ""},
        {"SELECT TRIM(a), TRIM(b FROM a), TRIM(LEADING FROM a), TRIM(BOTH b FROM a)", ""},
        {"SELECT SUBSTRING(a, 1, 2), SUBSTRING(a FROM 1), SUBSTR(a FROM 1 FOR 2), MID(a, 1)", ""},
        {"SELECT POSITION('a' IN b), LOCATE('a', b)", ""},
        {"SELECT TIMESTAMPDIFF(HOUR, a, b), TIMESTAMPADD(SQL_TSI_DAY, 1, a), GET_FORMAT(DATE, 'EUR')", ""},
        {"SELECT WEIGHT_STRING(a), WEIGHT_STRING(a AS CHAR(3))", ""},
        {"SELECT GROUP_CONCAT(a), GROUP_CONCAT(DISTINCT a, b ORDER BY c DESC, d SEPARATOR '; ')", ""},
        {"SELECT GROUP_CONCAT(a ORDER BY b SEPARATOR '' LIMIT 3), GROUP_CONCAT(a LIMIT 1, 2)", ""},
        {"SELECT JSON_ARRAYAGG(a ORDER BY b), JSON_OBJECTAGG(k, v)", ""},
        {"SELECT JSON_VALUE(a, '$.b'), JSON_VALUE(a, '$.b' RETURNING DECIMAL(4,2) DEFAULT 1 ON EMPTY)", ""},
        {"SELECT COLUMN_CREATE('a', 1 AS INT), COLUMN_GET(a, 'b' AS CHAR(3))", ""},
        {"SELECT MATCH (a, b) AGAINST ('x' IN BOOLEAN MODE), MATCH (a) AGAINST (? WITH QUERY EXPANSION)", ""},
        {"SELECT ROW_NUMBER() OVER (), RANK() OVER w, SUM(a) OVER (w PARTITION BY b ORDER BY c DESC)", ""},
        {"SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING)", ""},
        {"SELECT AVG(a) OVER (PARTITION BY b ORDER BY c RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT "
         "ROW)",
         ""},
        {"SELECT NTH_VALUE(a, 2) FROM FIRST RESPECT NULLS OVER w, LAG(a, 1) IGNORE NULLS OVER (ORDER BY b)",
         ""},
        {"SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a) OVER (PARTITION BY b)", ""},
    };
    check(cases);
}

TEST(SqlParser, Select) {
    constexpr Case cases[] = {
        {"SELECT 1", ""},
        {"select 1 from dual", "SELECT 1 FROM DUAL"},
        {"SELECT * FROM t", ""},
        {"SELECT t.*, db.t.*, a AS b, c d, e 'f g', h AS \"i\" FROM t",
         "SELECT t.*, db.t.*, a AS b, c AS d, e AS `f g`, h AS `i` FROM t"},
        {"SELECT DISTINCT a FROM t", ""},
        {"SELECT HIGH_PRIORITY STRAIGHT_JOIN SQL_BIG_RESULT SQL_CALC_FOUND_ROWS SQL_NO_CACHE a FROM t", ""},
        {"SELECT /*+ BKA(t) */ a FROM t", ""},
        {"SELECT a FROM t WHERE a = 1 GROUP BY a, b DESC HAVING COUNT(*) > 1 ORDER BY a DESC, b ASC LIMIT 3",
         ""},
        {"SELECT a FROM t GROUP BY a WITH ROLLUP", ""},
        {"SELECT a FROM t GROUP BY ROLLUP(a, b)", ""},
        {"SELECT a FROM t LIMIT 5, 10", "SELECT a FROM t LIMIT 10 OFFSET 5"},
        {"SELECT a FROM t LIMIT ? OFFSET ?", ""},
        {"SELECT a FROM t LIMIT 5 ROWS EXAMINED 100", ""},
        {"SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY",
         "SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH FIRST 10 ROWS ONLY"},
        {"SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES", ""},
        {"SELECT a FROM t FOR UPDATE", ""},
        {"SELECT a FROM t FOR UPDATE OF t, u NOWAIT", ""},
        {"SELECT a FROM t FOR SHARE OF t FOR UPDATE OF u SKIP LOCKED", ""},
        {"SELECT a FROM t LOCK IN SHARE MODE WAIT 5", ""},
        {"SELECT a INTO @x FROM t", ""},
        {"SELECT a, b FROM t LIMIT 1 INTO @x, @y", ""},
        {"SELECT a FROM t INTO OUTFILE '/tmp/x' FIELDS TERMINATED BY ','", ""},
        {"SELECT a FROM t WHERE b INTO DUMPFILE '/tmp/x' FOR UPDATE",
         "SELECT a FROM t WHERE b FOR UPDATE INTO DUMPFILE '/tmp/x'"},
        {"SELECT SUM(a) OVER w FROM t WINDOW w AS (ORDER BY a), v AS (w)", ""},
        {"SELECT a FROM t offset", "SELECT a FROM t AS `offset`"},
        {"SELECT a returning FROM t returning", "SELECT a AS `returning` FROM t AS `returning`"},
    };
    check(cases);
}

TEST(SqlParser, Tables) {
    constexpr Case cases[] = {
        {"SELECT 1 FROM a, b c, db.d AS e", "SELECT 1 FROM a, b AS c, db.d AS e"},
        {"SELECT 1 FROM a JOIN b ON a.x = b.x", ""},
        {"SELECT 1 FROM a INNER JOIN b USING (x, y)", "SELECT 1 FROM a JOIN b USING (x, y)"},
        {"SELECT 1 FROM a CROSS JOIN b STRAIGHT_JOIN c ON 1 LEFT OUTER JOIN d ON 2 RIGHT JOIN e USING (x)",
         "SELECT 1 FROM a CROSS JOIN b STRAIGHT_JOIN c ON 1 LEFT JOIN d ON 2 RIGHT JOIN e USING (x)"},
        {"SELECT 1 FROM a NATURAL JOIN b NATURAL LEFT JOIN c", ""},
        {"SELECT 1 FROM a JOIN b JOIN c ON b.x = c.x ON a.x = b.x", ""},
        {"SELECT 1 FROM a LEFT JOIN b LEFT JOIN c ON 1 ON 2", ""},
        {"SELECT 1 FROM a LEFT JOIN (b JOIN c ON 1) ON 2", ""},
        {"SELECT 1 FROM (a, b) LEFT JOIN c ON 1", ""},
        {"SELECT 1 FROM ((a JOIN b))", ""},
        {"SELECT 1 FROM {OJ a LEFT JOIN b ON 1}", "SELECT 1 FROM (a LEFT JOIN b ON 1)"},
        {"SELECT 1 FROM (SELECT 2) AS x (c)", ""},
        {"SELECT 1 FROM (SELECT 2) x, LATERAL (SELECT x.c) y",
         "SELECT 1 FROM (SELECT 2) AS x, LATERAL (SELECT x.c) AS y"},
        {"SELECT 1 FROM ((SELECT 2) UNION (SELECT 3)) AS x", ""},
        {"SELECT 1 FROM (((SELECT 2))) AS x", "SELECT 1 FROM (SELECT 2) AS x"},
        {"SELECT 1 FROM ((SELECT 2) AS x JOIN t)", ""},
        {"SELECT 1 FROM ((SELECT 2) ORDER BY 1 LIMIT 1) AS x", ""},
        {"SELECT 1 FROM (VALUES ROW(1, 2), ROW(3, 4)) AS x", ""},
        {"SELECT 1 FROM (VALUES (1, 2), (3, 4)) AS x", ""},
        {"SELECT 1 FROM (TABLE t) AS x", ""},
        {"SELECT 1 FROM t PARTITION (p0, p1) AS x USE INDEX (a) IGNORE KEY FOR ORDER BY (b, PRIMARY)", ""},
        {"SELECT 1 FROM t FORCE INDEX (a), u USE INDEX () WHERE 1", ""},
        {"SELECT 1 FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01' AS x", ""},
        {"SELECT 1 FROM t FOR SYSTEM_TIME BETWEEN a AND b, u FOR SYSTEM_TIME ALL", ""},
        {"SELECT 1 FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a INT PATH '$')) AS j", ""},
    };
    check(cases);
}

TEST(SqlParser, Queries) {
    constexpr Case cases[] = {
        {"SELECT 1 UNION SELECT 2", ""},
        {"SELECT 1 UNION ALL SELECT 2 UNION DISTINCT SELECT 3 EXCEPT SELECT 4", ""},
        {"SELECT 1 UNION SELECT 2 INTERSECT ALL SELECT 3 EXCEPT ALL SELECT 4", ""},
        {"(SELECT 1) UNION (SELECT 2) ORDER BY 1 LIMIT 1", ""},
        {"(SELECT 1 ORDER BY 1 LIMIT 1) UNION SELECT 2", ""},
        {"((SELECT 1))", ""},
        {"((SELECT 1) UNION (SELECT 2)) LIMIT 1", ""},
        {"SELECT 1 UNION (SELECT 2 UNION SELECT 3)", ""},
        {"VALUES ROW(1, 2), ROW(3, 4) ORDER BY 1", ""},
        {"TABLE t ORDER BY a LIMIT 1", ""},
        {"WITH a AS (SELECT 1), b (x, y) AS (SELECT 2, 3) SELECT * FROM a, b", ""},
        {"WITH RECURSIVE a (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a WHERE n < 5) SELECT * FROM a", ""},
        {"WITH RECURSIVE a (n) AS (SELECT 1) CYCLE n RESTRICT SELECT * FROM a", ""},
        {"WITH a AS (SELECT 1) (SELECT * FROM a) UNION SELECT 2", ""},
        {"WITH a AS (SELECT 1) UPDATE t, a SET t.x = 1", ""},
        {"WITH a AS (SELECT 1) DELETE FROM t WHERE x IN (SELECT * FROM a)", ""},
        {"SELECT (SELECT 1), EXISTS (SELECT 2), NOT EXISTS (SELECT 3)", ""},
        {"SELECT a IN (1, 2), a NOT IN (SELECT 1), a IN ((SELECT 1) UNION (SELECT 2))", ""},
        {"SELECT a IN ((SELECT 1), 2), a IN (((SELECT 1)))", "SELECT a IN ((SELECT 1), 2), a IN (SELECT 1)"},
        {"SELECT (a, b) IN ((1, 2), (3, 4)), (a, b) IN (SELECT 1, 2)", ""},
        {"SELECT a = ANY (SELECT 1), a > ALL (SELECT 1), a <> SOME (SELECT 1)",
         "SELECT a = ANY (SELECT 1), a > ALL (SELECT 1), a <> ANY (SELECT 1)"},
        {"SELECT ((SELECT 1) + 2, 3) = (1, 2)", ""},
        {"SELECT (((SELECT 1) UNION SELECT 2) + 1)", "SELECT ((SELECT 1) UNION SELECT 2) + 1"},
        {"SELECT (WITH a AS (SELECT 1) SELECT * FROM a)", ""},
    };
    check(cases);
}

TEST(SqlParser, Changes) {
    constexpr Case cases[] = {
        {"INSERT INTO t VALUES (1, 'a'), (?, DEFAULT)", ""},
        {"INSERT t VALUE (1)", "INSERT INTO t VALUE (1)"},
        {"INSERT INTO db.t (a, t.b) VALUES (1, NOW())", ""},
        {"INSERT INTO t () VALUES ()", ""},
        {"INSERT INTO t VALUES (), ()", ""},
        {"INSERT /*+ X */ LOW_PRIORITY IGNORE INTO t PARTITION (p0) (a) VALUES (1)", ""},
        {"INSERT INTO t VALUES ROW(1, 2), ROW(3, 4)", ""},
        {"INSERT INTO t SET a = 1, b = DEFAULT", ""},
        {"INSERT INTO t (a) SELECT 1", ""},
        {"INSERT INTO t (SELECT 1)", ""},
        {"INSERT INTO t (a) (SELECT 1) UNION (SELECT 2)", ""},
        {"INSERT INTO t ((SELECT 1))", ""},
        {"INSERT INTO t WITH a AS (SELECT 1) SELECT * FROM a", ""},
        {"INSERT INTO t TABLE u", ""},
        {"INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a) + 1, b = DEFAULT", ""},
        {"INSERT INTO t VALUES (1) AS n (x) ON DUPLICATE KEY UPDATE a = n.x", ""},
        {"INSERT INTO t SELECT * FROM a ON DUPLICATE KEY UPDATE x = 1", ""},
        {"INSERT INTO t SELECT * FROM a JOIN b ON 1 ON DUPLICATE KEY UPDATE x = 1", ""},
        {"INSERT INTO t VALUES (1) RETURNING *, a, b AS c", ""},
        {"REPLACE DELAYED INTO t (a) VALUES (1)", ""},
        {"REPLACE t SET a = 1", "REPLACE INTO t SET a = 1"},
        {"UPDATE t SET a = a + 1, t.b = ? WHERE id = 1 ORDER BY id DESC LIMIT 3", ""},
        {"UPDATE LOW_PRIORITY IGNORE t AS x SET x.a := 1", "UPDATE LOW_PRIORITY IGNORE t AS x SET x.a = 1"},
        {"UPDATE a, b SET a.x = b.x WHERE a.id = b.id", ""},
        {"UPDATE a LEFT JOIN b ON a.id = b.id SET a.x = (SELECT 1)", ""},
        {"UPDATE t FOR PORTION OF p FROM '2020-01-01' TO '2021-01-01' SET a = 1", ""},
        {"DELETE FROM t", ""},
        {"DELETE LOW_PRIORITY QUICK IGNORE FROM t AS x WHERE a = 1 ORDER BY b LIMIT 5", ""},
        {"DELETE FROM t PARTITION (p0) WHERE a", ""},
        {"DELETE t1, db.t2.* FROM t1 JOIN db.t2 ON 1 WHERE a",
         "DELETE t1, db.t2 FROM t1 JOIN db.t2 ON 1 WHERE a"},
        {"DELETE FROM t1.*, t2 USING t1, t2 WHERE a", "DELETE FROM t1, t2 USING t1, t2 WHERE a"},
        {"DELETE FROM t WHERE a RETURNING b", ""},
        {"CALL p", "CALL p()"},
        {"CALL db.p(1, @x, NULL)", ""},
        {"DO SLEEP(1), 2", ""},
    };
    check(cases);
}

TEST(SqlParser, ExecutableCommentsAreOpened) {
    constexpr Case cases[] = {
        {"/*!50000 SELECT 1 */", "SELECT 1"},
        {"SELECT /*!50000 SQL_NO_CACHE */ a /*! , b*/ FROM t", "SELECT SQL_NO_CACHE a, b FROM t"},
        {"INSERT /*!32302 DELAYED IGNORE */ INTO t VALUES (1)", "INSERT DELAYED IGNORE INTO t VALUES (1)"},
        {"SELECT 1 FROM t USE INDEX (a) /*!50000 FORCE INDEX (b) */ WHERE 1",
         "SELECT 1 FROM t USE INDEX (a) FORCE INDEX (b) WHERE 1"},
        {"SELECT CAST(a AS /*!50000 CHAR */) FROM t", "SELECT CAST(a AS CHAR) FROM t"},
    };
    check(cases);
}

TEST(SqlParser, NodesKnowTheirPlaceInTheText) {
    constexpr std::string_view sql =
        "SELECT a, (b + 1) AS c FROM db.t x WHERE (id = 5) AND k IN (1, 'y') ORDER BY a LIMIT 7";
    const ParseTree tree = parse(sql, {});
    ASSERT_TRUE(tree.parsed());
    const auto* statement = tree.as<SelectStatement>();
    ASSERT_NE(statement, nullptr);
    const Query& query = *statement->query;
    EXPECT_EQ(query.range.of(sql), sql);
    EXPECT_EQ(query.order_by_range.of(sql), "a");
    EXPECT_EQ(query.limit->range.of(sql), "LIMIT 7");
    const auto* core = query.body->as<SelectCore>();
    EXPECT_EQ(core->items_range.of(sql), "a, (b + 1) AS c");
    EXPECT_EQ(core->items[1].range.of(sql), "(b + 1) AS c");
    EXPECT_EQ(core->items[1].expr->range.of(sql), "b + 1") << "parentheses belong to the parent";
    EXPECT_EQ(core->where_range.of(sql), "(id = 5) AND k IN (1, 'y')");
    const auto* conjunction = core->where->as<LogicalExpr>();
    ASSERT_EQ(conjunction->operands.size(), 2u);
    EXPECT_EQ(conjunction->range.of(sql), "(id = 5) AND k IN (1, 'y')");
    EXPECT_EQ(conjunction->operands[0]->range.of(sql), "id = 5");
    EXPECT_EQ(conjunction->operands[1]->as<InExpr>()->list_range.of(sql), "(1, 'y')");
    const auto* table = core->from[0]->as<TableFactor>();
    EXPECT_EQ(table->range.of(sql), "db.t x");
    EXPECT_EQ(table->name.range.of(sql), "db.t");
    EXPECT_EQ(table->name.schema.range.of(sql), "db");
    EXPECT_EQ(table->alias.text, "x");
    ASSERT_EQ(tree.statement->tables.size(), 1u);
    EXPECT_EQ(tree.statement->tables[0].table.text, "t");
}

TEST(SqlParser, LiteralsAndParametersAreCounted) {
    constexpr std::string_view sql =
        "SELECT 1, 'a' 'b' FROM t WHERE x = ? AND y IN (2, ?) AND z = NULL LIMIT 3";
    const ParseTree tree = parse(sql, {});
    ASSERT_TRUE(tree.parsed());
    EXPECT_EQ(tree.tokens.literals, 5u);
    EXPECT_EQ(tree.tokens.parameters, 2u);
    const Query& query = *tree.as<SelectStatement>()->query;
    const auto* core = query.body->as<SelectCore>();
    EXPECT_EQ(core->items[0].expr->as<LiteralExpr>()->index, 0u);
    EXPECT_EQ(core->items[1].expr->as<LiteralExpr>()->index, 1u);
    EXPECT_EQ(core->items[1].expr->as<LiteralExpr>()->pieces, 2u);
    const auto* conjunction = core->where->as<LogicalExpr>();
    EXPECT_EQ(conjunction->operands[0]->as<BinaryExpr>()->right->as<ParamExpr>()->ordinal, 0u);
    const auto* in = conjunction->operands[1]->as<InExpr>();
    EXPECT_EQ(in->list[0]->as<LiteralExpr>()->index, 3u);
    EXPECT_EQ(in->list[1]->as<ParamExpr>()->ordinal, 1u);
    EXPECT_EQ(conjunction->operands[2]->as<BinaryExpr>()->right->as<LiteralExpr>()->index,
              LiteralExpr::no_index);
    EXPECT_EQ(query.limit->count->as<LiteralExpr>()->index, 4u);
}

TEST(SqlParser, InsertRowsCanBeCut) {
    constexpr std::string_view sql =
        "INSERT INTO t (id, a) VALUES (1, 'x'), (2, (SELECT 3)) ON DUPLICATE KEY UPDATE a = 1";
    const ParseTree tree = parse(sql, {});
    ASSERT_TRUE(tree.parsed());
    const auto* insert = tree.as<InsertStatement>();
    EXPECT_EQ(insert->rows_range.of(sql), "(1, 'x'), (2, (SELECT 3))");
    ASSERT_EQ(insert->rows.size(), 2u);
    EXPECT_EQ(insert->rows[0]->range.of(sql), "(1, 'x')");
    EXPECT_EQ(insert->rows[1]->range.of(sql), "(2, (SELECT 3))");
    EXPECT_EQ(insert->columns[0]->column.text, "id");
}

TEST(SqlParser, TablesOfAStatement) {
    const auto tables = [](std::string_view sql) {
        const ParseTree tree = parse(sql, {});
        std::string out;
        for (const TableName& t : tree.statement->tables) {
            if (!out.empty()) out += ' ';
            if (!t.schema.empty()) out += std::string(t.schema.text) + ".";
            out += t.table.text;
        }
        return out;
    };
    EXPECT_EQ(tables("SELECT * FROM a JOIN d.b WHERE x IN (SELECT 1 FROM c) UNION SELECT * FROM (SELECT 1 "
                     "FROM `e f`) g"),
              "a d.b c e f");
    EXPECT_EQ(tables("INSERT INTO a SELECT * FROM b"), "a b");
    EXPECT_EQ(tables("DELETE x FROM a AS x JOIN b"), "a b");
    EXPECT_EQ(tables("CREATE TABLE a LIKE d.b"), "a d.b");
    EXPECT_EQ(tables("CREATE TABLE a (x INT, FOREIGN KEY (x) REFERENCES b (y)) SELECT 1"), "a");
    EXPECT_EQ(tables("CREATE TABLE a (x INT REFERENCES b (y), FOREIGN KEY (x) REFERENCES d.c (y))"),
              "a b d.c");
    EXPECT_EQ(tables("RENAME TABLE a TO b, c TO d"), "a b c d");
    // Not in the grammar: names are found by the words in front of them.
    EXPECT_EQ(tables("SELECT FROM a, d.b WHERE SELECT * JOIN c !"), "a d.b c");
    EXPECT_EQ(tables("FROBNICATE TABLE IF EXISTS a"), "a");
}

}  // namespace
}  // namespace leasehold::router
