// What is not in the grammar, what cannot be SQL, and the limits.
#include <gtest/gtest.h>

#include "router/sql/parser.h"
#include "router/sql/printer.h"
#include "router/sql/statement_effects.h"

namespace leasehold::router {
namespace {

struct Case {
    std::string_view sql;
    ParseOutcome outcome;
    StatementKind kind;
    std::string_view near;  // the part of the statement that the error quotes, with its line
};

TEST(SqlSyntaxError, OutcomeKindAndPlace) {
    constexpr Case cases[] = {
        {"SELECT FROM t", ParseOutcome::opaque, StatementKind::select, "near 'FROM t' at line 1"},
        {"SELECT 1 +", ParseOutcome::opaque, StatementKind::select, "near '' at line 1"},
        {"SELECT 1\nFROM t WHERE\n\n)", ParseOutcome::opaque, StatementKind::select, "near ')' at line 4"},
        {"SELECT a FROM t WHERE a IN ()", ParseOutcome::opaque, StatementKind::select, "near ')' at line 1"},
        {"SELECT 1 IN (1) + 2", ParseOutcome::opaque, StatementKind::select, "near '+ 2' at line 1"},
        {"SELECT 1 FROM a LEFT JOIN b", ParseOutcome::opaque, StatementKind::select, "near '' at line 1"},
        {"SELECT 1 FROM a JOIN b ON 1 ON 2", ParseOutcome::opaque, StatementKind::select,
         "near 'ON 2' at line 1"},
        {"SELECT select", ParseOutcome::opaque, StatementKind::select, "near 'select' at line 1"},
        {"SELECT 1; SELECT 2", ParseOutcome::opaque, StatementKind::select, "near 'SELECT 2' at line 1"},
        {"INSERT INTO t VALUES", ParseOutcome::opaque, StatementKind::insert, "near '' at line 1"},
        {"INSERT INTO t (a) VALUES (1", ParseOutcome::opaque, StatementKind::insert, "near '' at line 1"},
        {"UPDATE t WHERE a", ParseOutcome::opaque, StatementKind::update, "near 'WHERE a' at line 1"},
        {"DELETE t WHERE a", ParseOutcome::opaque, StatementKind::delete_, "near 'WHERE a' at line 1"},
        {"REPLACE INTO t SET", ParseOutcome::opaque, StatementKind::replace, "near '' at line 1"},
        {"SET a", ParseOutcome::opaque, StatementKind::set, "near 'SET a' at line 1"},
        {"FROBNICATE x", ParseOutcome::opaque, StatementKind::unknown, "near 'FROBNICATE x' at line 1"},
        {"BEGIN NOT ATOMIC SELECT 1; END", ParseOutcome::opaque, StatementKind::unknown,
         "near 'BEGIN NOT ATOMIC"},
        {"SELECT 'a", ParseOutcome::invalid, StatementKind::select, "near ''a' at line 1"},
        {"SELECT `a", ParseOutcome::invalid, StatementKind::select, "near '`a' at line 1"},
        {"DELETE FROM t /* x", ParseOutcome::invalid, StatementKind::delete_, "near '/* x' at line 1"},
        {"SELECT \x01", ParseOutcome::invalid, StatementKind::select, "near '\x01' at line 1"},
        {"[", ParseOutcome::invalid, StatementKind::unknown, "near '[' at line 1"},
        {"", ParseOutcome::empty, StatementKind::other, "Query was empty"},
        {" -- x", ParseOutcome::empty, StatementKind::other, "Query was empty"},
        {";;", ParseOutcome::empty, StatementKind::other, "Query was empty"},
        {"/*!999999 SELECT 1 */", ParseOutcome::empty, StatementKind::other, "Query was empty"},
    };
    for (const Case& c : cases) {
        const ParseTree tree = parse(c.sql, {});
        EXPECT_EQ(tree.outcome, c.outcome) << c.sql;
        EXPECT_EQ(tree.statement->kind, c.kind) << c.sql;
        EXPECT_EQ(tree.error.code, c.outcome == ParseOutcome::empty ? 1065 : 1064) << c.sql;
        EXPECT_EQ(tree.error.sqlstate, "42000") << c.sql;
        EXPECT_NE(tree.error.message.find(c.near), std::string::npos) << c.sql << "\n" << tree.error.message;
    }
}

TEST(SqlSyntaxError, TextIsMySqls) {
    EXPECT_EQ(syntax_error("SELECT\n1 x y z", 9).message,
              "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server "
              "version for "
              "the right syntax to use near 'x y z' at line 2");
    const std::string longer = "x" + std::string(200, 'y');
    EXPECT_NE(syntax_error(longer, 1).message.find("near '" + std::string(80, 'y') + "' at"),
              std::string::npos);
    EXPECT_NE(syntax_error("a", 5).message.find("near '' at line 1"), std::string::npos);
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    out.reserve(text.size() * times);
    while (times-- > 0) out += text;
    return out;
}

TEST(SqlLimits, DepthIsReachedAndNamed) {
    const auto outcome = [](std::size_t parentheses, std::size_t max_depth) {
        const std::string sql = "SELECT " + repeated("(", parentheses) + "1" + repeated(")", parentheses);
        return parse(sql, {.mode = {}, .max_depth = max_depth}).outcome;
    };
    EXPECT_EQ(outcome(10, 20), ParseOutcome::parsed);
    EXPECT_EQ(outcome(17, 20), ParseOutcome::too_deep);
    EXPECT_EQ(outcome(190, 200), ParseOutcome::parsed);
    EXPECT_EQ(outcome(200, 200), ParseOutcome::too_deep);
    const std::string deep = "SELECT " + repeated("(", 300);
    const ParseTree tree = parse(deep, {});
    EXPECT_EQ(tree.error.code, 1064);
    EXPECT_NE(tree.error.message.find("max_depth (200)"), std::string::npos) << tree.error.message;
    EXPECT_EQ(tree.statement->kind, StatementKind::select);
}

// Whatever is repeated, time stays linear and the stack bounded: 200,000 of each would take hours or crash
// otherwise.
TEST(SqlLimits, NestingOfEveryKindIsBounded) {
    constexpr std::pair<std::string_view, std::string_view> nests[] = {
        {"SELECT ", "("},
        {"SELECT ", "(SELECT "},
        {"", "SELECT * FROM ("},
        {"SELECT ", "NOT "},
        {"SELECT ", "- "},
        {"SELECT ", "!"},
        {"SELECT ", "f("},
        {"SELECT ", "ROW("},
        {"SELECT ", "{d "},
        {"SELECT ", "@a:="},
        {"SELECT ", "CASE WHEN "},
        {"SELECT ", "INTERVAL ("},
        {"SELECT ", "1 BETWEEN "},
        {"SELECT ", "EXISTS ("},
        {"SELECT ", "a IN ("},
        {"SELECT a", " LIKE b NOT LIKE c"},
        {"SELECT a", "+1"},
        {"SELECT a", " LIKE b"},
        {"SELECT a", " COLLATE b"},
        {"SELECT a", " IS NULL"},
        {"", "WITH a AS ("},
        {"SELECT 1 FROM ", "("},
        {"SELECT 1 FROM ", "LATERAL (SELECT 1 FROM "},
        {"SELECT 1 FROM ", "{oj "},
        {"SELECT 1 FROM a", " JOIN b"},
        {"SELECT 1 FROM a", " JOIN b ON 1"},
        {"SELECT ", "f() OVER (PARTITION BY "},
        {"SELECT (", "VALUES("},
    };
    for (const auto& [head, part] : nests) {
        const std::string sql = std::string(head) + repeated(part, 200000);
        const ParseTree tree = parse(sql, {});
        EXPECT_EQ(tree.outcome, ParseOutcome::too_deep) << head << part;
        effects_of(tree);
    }
}

TEST(SqlLimits, LongListsAreNoNesting) {
    constexpr std::pair<std::string_view, std::string_view> lists[] = {
        {"SELECT 1", " OR a=1"},
        {"SELECT 1", " AND a"},
        {"SELECT 1", " UNION ALL SELECT 1"},
        {"SELECT 1", " INTERSECT SELECT 1"},
        {"SELECT 1 FROM a", ",b"},
        {"INSERT INTO t VALUES (1)", ",(1,'x')"},
        {"SELECT 'a'", " 'a'"},
        {"SET @a=1", ",@b=@a"},
        {"WITH a AS (SELECT 1) SELECT 1", ",1"},
        {"SELECT 1 FROM t WINDOW w AS ()", ",w AS (ORDER BY a)"},
        {"SELECT /**/1", "/**/"},
        {"SELECT 1 FROM t", " USE INDEX (a)"},
        {"DELETE a", ",a"},
    };
    for (const auto& [head, part] : lists) {
        std::string sql = std::string(head) + repeated(part, 20000);
        if (head == "DELETE a") sql += " FROM a";
        const ParseTree tree = parse(sql, {});
        ASSERT_TRUE(tree.parsed()) << head << part << tree.error.message;
        EXPECT_TRUE(parse(print(*tree.statement), {}).parsed()) << head << part;
        effects_of(tree);
    }
}

TEST(SqlLimits, HostileCommentsAndQuotes) {
    for (const std::string_view part :
         {"/*", "/*!50000 ", "/*!999999 /*", "$a$ $b$ $c$ ", "SET STATEMENT a=1 FOR ", "EXPLAIN ", "'", "\\'",
          "`", "@", "@@", "--", "\xc3\x28", "CREATE DEFINER="}) {
        const std::string sql = repeated(part, 100000);
        effects_of(parse(sql, {}));
    }
}

TEST(SqlParser, EveryTruncationEnds) {
    constexpr std::string_view sql =
        "WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT /*+ H */ DISTINCT a AS `b`, "
        "CASE WHEN c "
        "THEN d ELSE e END, CAST(f AS CHAR(3)), GROUP_CONCAT(g ORDER BY h SEPARATOR ','), SUM(i) OVER "
        "(PARTITION BY j ROWS "
        "1 PRECEDING), k -> '$.x', @l := 5 FROM (t1 LEFT JOIN t2 USING (m)) JOIN (SELECT 1) AS n ON o = p "
        "WHERE (q, r) IN "
        "((1, 2)) AND s BETWEEN 1 AND 2 OR NOT EXISTS (SELECT 1) AND t LIKE 'u' ESCAPE '!' GROUP BY v WITH "
        "ROLLUP HAVING w "
        "> ALL (SELECT 1) ORDER BY x + INTERVAL 1 DAY LIMIT 1, 2 FOR UPDATE SKIP LOCKED";
    ASSERT_TRUE(parse(sql, {}).parsed()) << parse(sql, {}).error.message;
    for (std::size_t size = 0; size < sql.size(); ++size) {
        const std::string cut(sql.substr(0, size));
        const ParseTree tree = parse(cut, {});
        EXPECT_NE(tree.statement, nullptr);
        if (tree.parsed()) {
            EXPECT_TRUE(parse(print(*tree.statement), {}).parsed()) << cut;
        }
        effects_of(tree);
    }
}

}  // namespace
}  // namespace leasehold::router
