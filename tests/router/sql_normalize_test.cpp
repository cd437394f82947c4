#include "router/sql/normalize.h"

#include <gtest/gtest.h>

#include "router/sql/lexer.h"

namespace leasehold::router {
namespace {

struct Case {
    std::string_view sql;
    std::string_view key;
};

TEST(SqlNormalize, Keys) {
    constexpr Case cases[] = {
        {"SELECT c FROM sbtest1 WHERE id=5012", "SELECT c FROM sbtest1 WHERE id=?"},
        {"SELECT c FROM sbtest1 WHERE id=?", "SELECT c FROM sbtest1 WHERE id=??"},
        {"  SELECT\n\t1  ,'a'  ", "SELECT ? ,?"},
        {"SELECT 1;", "SELECT ?"},
        {"SELECT 1 ; ; ", "SELECT ?"},
        {"select A, a", "select A, a"},
        {"/* c */ SELECT -- x\n 1 # y", "SELECT ?"},
        {"SELECT/**/1", "SELECT ?"},
        {"SELECT /*+ BKA(t) */ 1", "SELECT /*+ BKA(t) */ ?"},
        {"/*vt+ ALLOW_SCATTER */ SELECT 1", "/*vt+ ALLOW_SCATTER */ SELECT ?"},
        {"/*!50000 SELECT*/ 1", "SELECT ?"},
        {"SELECT _utf8mb4'x', N'y', X'41', 0x1, b'1', 1.5, 1e5", "SELECT _utf8mb4?, ?, ?, ?, ?, ?, ?"},
        {"SELECT 'a' 'b', 'a'\"b\", ?'a', 'a'?", "SELECT ? ?, ? ?, ?? ?, ? ??"},
        {"SELECT a FROM t ORDER BY 1, 2 DESC LIMIT 5, 10", "SELECT a FROM t ORDER BY 1, 2 DESC LIMIT ?, ?"},
        {"SELECT a FROM t GROUP BY 1 HAVING b > 3 ORDER BY 2",
         "SELECT a FROM t GROUP BY 1 HAVING b > ? ORDER BY 2"},
        {"SELECT a FROM t ORDER BY (SELECT b FROM u ORDER BY 1 LIMIT 7), 2",
         "SELECT a FROM t ORDER BY (SELECT b FROM u ORDER BY 1 LIMIT ?), 2"},
        {"SELECT a FROM t ORDER BY FIELD(x, 1, 2), 'a'", "SELECT a FROM t ORDER BY FIELD(x, ?, ?), ?"},
        {"SELECT COUNT (*), COUNT(*)", "SELECT COUNT (*), COUNT(*)"},
        {"INSERT INTO t VALUES (1,'a'),(2,'b')", "INSERT INTO t VALUES (?,?),(?,?)"},
        {"SELECT NULL, TRUE, `b`, @v, @@w", "SELECT NULL, TRUE, `b`, @v, @@w"},
        {"SELECT -5, a-5", "SELECT -?, a-?"},
        {"SELECT 1; SELECT 2", "SELECT ?; SELECT ?"},
        {"", ""},
        {"-- only a comment", ""},
    };
    NormalizeBuffer buffer;
    for (const Case& c : cases) EXPECT_EQ(normalize(c.sql, {}, buffer).key, c.key) << c.sql;
}

TEST(SqlNormalize, KeysThatMustDiffer) {
    // Each of these would be answered by the other's plan if they shared a key.
    constexpr std::pair<std::string_view, std::string_view> pairs[] = {
        {"SELECT ? + 1", "SELECT 1 + ?"},
        {"SELECT '?'", "SELECT ?"},
        {"SELECT a FROM t ORDER BY 1", "SELECT a FROM t ORDER BY 2"},
        {"SELECT a b", "SELECT ab"},
        {"SELECT 'a' 'b'", "SELECT ?"},
        {"SELECT `a`", "SELECT a"},
        {"SELECT /*+ A */ 1", "SELECT /*+ B */ 1"},
        {"SELECT a -- 1\n, b", "SELECT a, b, c"},
    };
    NormalizeBuffer one, two;
    for (const auto& [a, b] : pairs) {
        const Normalized x = normalize(a, {}, one);
        const Normalized y = normalize(b, {}, two);
        EXPECT_NE(x.key, y.key) << a << " | " << b;
        EXPECT_NE(x.hash, y.hash) << a << " | " << b;
    }
}

TEST(SqlNormalize, Facts) {
    NormalizeBuffer buffer;
    EXPECT_EQ(normalize("(select 1)", {}, buffer).first_keyword, Keyword::select);
    EXPECT_EQ(normalize("insert into t values (?, ?, 3)", {}, buffer).parameters, 2u);
    EXPECT_FALSE(normalize("SELECT 1;", {}, buffer).more_statements);
    EXPECT_FALSE(normalize("SELECT 1; -- x", {}, buffer).more_statements);
    EXPECT_TRUE(normalize("SELECT 1; SELECT 2", {}, buffer).more_statements);
    EXPECT_TRUE(normalize("SELECT 'a", {}, buffer).lexical_error);
    EXPECT_FALSE(normalize("SELECT 'a'", {}, buffer).lexical_error);
}

TEST(SqlNormalize, KeyedByText) {
    constexpr std::pair<std::string_view, bool> cases[] = {
        {"SELECT 1", false},
        {"with a as (select 1) select * from a", false},
        {"INSERT INTO t VALUES (1)", false},
        {"CALL p(1)", false},
        {"DO SLEEP(1)", false},
        {"SELECT GET_LOCK('a', 1)", true},
        {"SELECT `get_lock`('a', 1)", true},
        {"DO release_lock('a')", true},
        {"SET a = 1", true},
        {"CREATE TEMPORARY TABLE t (a int)", true},
        {"DROP TABLE t", true},
        {"SHOW TABLES LIKE 'a'", true},
        {"", true},
    };
    NormalizeBuffer buffer;
    for (const auto& [sql, expected] : cases)
        EXPECT_EQ(normalize(sql, {}, buffer).keyed_by_text, expected) << sql;
}

TEST(SqlNormalize, ReusingTheBufferAllocatesNothingNew) {
    NormalizeBuffer buffer;
    const Normalized first = normalize("SELECT a, 'x' FROM t WHERE id = 12345678", {}, buffer);
    const char* const key = first.key.data();
    const LiteralToken* const literals = first.literals.data();
    const Normalized second = normalize("SELECT b, 'y' FROM t WHERE id = 87654321", {}, buffer);
    EXPECT_EQ(second.key.data(), key);
    EXPECT_EQ(second.literals.data(), literals);
}

std::string shown(const SqlValue& value) {
    struct Show {
        std::string operator()(Null) const { return "null"; }
        std::string operator()(std::int64_t v) const { return "i" + std::to_string(v); }
        std::string operator()(std::uint64_t v) const { return "u" + std::to_string(v); }
        std::string operator()(double v) const { return "f" + std::to_string(v); }
        std::string operator()(Decimal v) const { return "d" + std::string(v.digits); }
        std::string operator()(std::string_view v) const { return "s" + std::string(v); }
        std::string operator()(HexBytes v) const { return "x" + std::string(v.bytes); }
    };
    return std::visit(Show{}, value);
}

struct Value {
    std::string_view sql;
    std::string value;
    std::size_t stored;  // strings put into the storage
};

void check_values(std::span<const Value> cases, SqlMode mode) {
    NormalizeBuffer buffer;
    for (const Value& c : cases) {
        const Normalized n = normalize(c.sql, mode, buffer);
        ASSERT_EQ(n.literals.size(), 1u) << c.sql;
        std::vector<std::unique_ptr<std::string>> storage;
        EXPECT_EQ(shown(literal_value(c.sql, n.literals[0], mode, storage)), c.value) << c.sql;
        EXPECT_EQ(storage.size(), c.stored) << c.sql;
    }
}

TEST(SqlLiteral, Values) {
    using namespace std::string_literals;
    const Value cases[] = {
        {"5012", "i5012", 0},
        {"0", "i0", 0},
        {"9223372036854775807", "i9223372036854775807", 0},
        {"9223372036854775808", "u9223372036854775808", 0},
        {"18446744073709551615", "u18446744073709551615", 0},
        {"18446744073709551616", "d18446744073709551616", 0},
        {"1.50", "d1.50", 0},
        {".5", "d.5", 0},
        {"1e3", "d1e3", 0},
        {"'abc'", "sabc", 0},
        {"''", "s", 0},
        {"\"abc\"", "sabc", 0},
        {"'it''s'", "sit's", 1},
        {R"("a""b")", "sa\"b", 1},
        {R"('it\'s')", "sit's", 1},
        {R"('\0\b\n\r\t\Z\\\"')", "s\0\b\n\r\t\x1a\\\""s, 1},
        {R"('a\%b\_c')", "sa\\%b\\_c", 1},
        {R"('\x\y')", "sxy", 1},
        {"'größe'", "sgröße", 0},
        {"N'abc'", "sabc", 0},
        {"n'a''b'", "sa'b", 1},
        {"_utf8mb4'abc'", "sabc", 0},
        {"X'4142'", "xAB", 1},
        {"x''", "x", 1},
        {"0x4142", "xAB", 1},
        {"0x141", "x\x01"s + "A", 1},
        {"b'1000001'", "xA", 1},
        {"0b101000001", "x\x01"s + "A", 1},
        {"$$a'b$$", "sa'b", 0},
        {"$tag$a$tag$", "sa", 0},
    };
    check_values(cases, {});
    const Value plain[] = {
        {R"('a\nb')", R"(sa\nb)", 0},
        {R"('a\''b')", R"(sa\'b)", 1},
    };
    check_values(plain, {.no_backslash_escapes = true});
}

}  // namespace
}  // namespace leasehold::router
