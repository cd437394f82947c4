#include "router/sql/outline.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace leasehold::router {
namespace {

constexpr std::size_t limit = 4096;

std::string outline_of(std::string_view sql, std::size_t piece, SqlMode mode = {}) {
    StatementOutline outline(mode, limit);
    for (std::size_t i = 0; i < sql.size(); i += piece) outline.feed(sql.substr(i, piece));
    outline.finish();
    if (!outline.reliable()) return "(not reliable)";
    return outline.text();
}

struct Case {
    std::string sql;
    std::string outline;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        {"", ""},
        {"SELECT 1", "SELECT 0"},
        {"SELECT  'a''b' , \"c\\\"d\"", "SELECT '',''"},
        {"INSERT INTO t VALUES (1, 'a'), (2, 'b'),\n(-3, NULL)", "INSERT INTO t VALUES (0,'')"},
        {"INSERT INTO `t` (a, b) VALUES (1, NOW()), (2, NOW()), (3, UUID()) ON DUPLICATE KEY UPDATE a = 1",
         "INSERT INTO `t` (a,b) VALUES (0,NOW()),(0,UUID()) ON DUPLICATE KEY UPDATE a = 0"},
        {"INSERT INTO a.b VALUES (_binary 'x\\'y', 0x4142, b'01', N'z', 1.5e-3, .5, TRUE, DEFAULT)",
         "INSERT INTO a.b VALUES ('',0,'','',0,0,0,DEFAULT)"},
        {"SELECT /* 'no' */ 1 -- 'no'\n, 2 # '\n, 3", "SELECT 0,0,0"},
        {"SELECT GET_LOCK('a', 1), @x := 2, @@version", "SELECT GET_LOCK('',0),@x := 0,@@version"},
        {"SELECT a - -1, (-2), b-1", "SELECT a - - 0,(0),b- 0"},
        {"SELECT 1;", "SELECT 0"},
        {"SELECT x IS NULL, (NULL)", "SELECT x IS NULL,(0)"},
        {"SELECT 'open", "(not reliable)"},
        {"SELECT /*! STRAIGHT_JOIN */ 1", "(not reliable)"},
        {"SELECT 1 /* open", "(not reliable)"},
    };
    return all;
}

TEST(StatementOutline, SameForPiecesOfAnySize) {
    for (const Case& each : cases()) {
        for (std::size_t piece = 1; piece <= each.sql.size() + 1; ++piece) {
            EXPECT_EQ(outline_of(each.sql, piece), each.outline) << each.sql << " in pieces of " << piece;
        }
    }
}

TEST(StatementOutline, QuotesAndEscapesByMode) {
    SqlMode ansi;
    ansi.ansi_quotes = true;
    SqlMode plain;
    plain.no_backslash_escapes = true;
    for (std::size_t piece = 1; piece < 30; ++piece) {
        EXPECT_EQ(outline_of(R"(SELECT "a""b", 'c\'d')", piece, ansi), R"(SELECT "a""b",'')");
        EXPECT_EQ(outline_of(R"(SELECT 'a\', NOW())", piece, plain), "SELECT '',NOW()");
    }
}

TEST(StatementOutline, TellsWhereTheNextStatementBegins) {
    const std::string sql = "INSERT INTO t VALUES (';'); /* c */ ; -- d\n SELECT 2";
    for (std::size_t piece = 1; piece <= sql.size(); ++piece) {
        StatementOutline outline({}, limit);
        for (std::size_t i = 0; i < sql.size(); i += piece) {
            outline.feed(std::string_view(sql).substr(i, piece));
            EXPECT_TRUE(outline.next_statement() || i + piece <= sql.find("SELECT 2")) << piece << " " << i;
        }
        outline.finish();
        EXPECT_TRUE(outline.reliable());
        EXPECT_EQ(outline.text(), "INSERT INTO t VALUES ('')");
        ASSERT_TRUE(outline.next_statement()) << piece;
        EXPECT_EQ(sql.substr(*outline.next_statement()), "SELECT 2");
    }
    StatementOutline alone({}, limit);
    alone.feed("SELECT 1 ; \n; # nothing\n");
    alone.finish();
    EXPECT_FALSE(alone.next_statement());
    StatementOutline wrong({}, limit);
    wrong.feed("SELECT 1; -");
    EXPECT_FALSE(wrong.next_statement());
    wrong.feed("1; SELECT 2");
    EXPECT_EQ(wrong.next_statement(), 10);
}

TEST(StatementOutline, StaysSmall) {
    StatementOutline rows({}, limit);
    rows.feed("INSERT INTO t VALUES (0, UUID(), 'x')");
    StatementOutline list({}, limit);
    list.feed("SELECT * FROM t WHERE id IN (0");
    StatementOutline blob({}, limit);
    blob.feed("UPDATE t SET a = '");
    StatementOutline hex({}, limit);
    hex.feed("UPDATE t SET a = 0x");
    for (int i = 0; i < 5000; ++i) {
        rows.feed(", (" + std::to_string(i) + ", UUID(), " + (i % 2 != 0 ? "NULL" : "'y'") + ")");
        list.feed(", " + std::to_string(i));
        blob.feed("it\\'s a ''long'' text");
        hex.feed("4142434445");
    }
    list.feed(")");
    blob.feed("' WHERE id = 7");
    hex.feed(" WHERE id = 7");
    for (StatementOutline* outline : {&rows, &list, &blob, &hex}) {
        outline->finish();
        EXPECT_TRUE(outline->reliable());
        EXPECT_LT(outline->text().size(), 300U);
    }
    EXPECT_EQ(rows.text(), "INSERT INTO t VALUES (0,UUID(),''),(0,UUID(),0)");
    EXPECT_EQ(blob.text(), "UPDATE t SET a = '' WHERE id = 0");
    EXPECT_EQ(hex.text(), "UPDATE t SET a = 0 WHERE id = 0");
}

TEST(StatementOutline, ClosesWhatIsOpen) {
    const auto closed = [](std::string_view head) {
        StatementOutline outline({}, limit);
        outline.feed(head);
        return outline.closed();
    };
    EXPECT_EQ(closed("INSERT INTO t (a, b) VALUES (1, 'xxx"), "INSERT INTO t (a,b) VALUES (0,'')");
    EXPECT_EQ(closed("INSERT INTO t VALUES (1, 'x'), (2, 'y"), "INSERT INTO t VALUES (0,''),(0,'')");
    EXPECT_EQ(closed("INSERT INTO t VALUES (1, NO"), "INSERT INTO t VALUES (0,0)");
    EXPECT_EQ(closed("UPDATE t SET a = 'xx"), "UPDATE t SET a = ''");
    EXPECT_EQ(closed("SELECT a FROM t WHERE b = some_"), "SELECT a FROM t WHERE b =0");
    EXPECT_EQ(closed("SELECT LENGTH('xxxx"), "SELECT LENGTH('')");
}

TEST(StatementOutline, TooLongIsNotReliable) {
    StatementOutline outline({}, 100);
    outline.feed("SELECT ");
    for (int i = 0; i < 50; ++i) outline.feed("column_" + std::to_string(i) + ", ");
    outline.feed("1");
    outline.finish();
    EXPECT_FALSE(outline.reliable());
    EXPECT_LE(outline.text().size(), 100U);
}

TEST(StatementOutline, OnlyTheFirstPartsOfALongNameAreNeverJoined) {
    for (std::size_t piece = 1; piece < 30; ++piece) {
        EXPECT_EQ(outline_of("SELECT a . `b`.c FROM d.1e5", piece), "SELECT a . `b`.c FROM d.1e5");
    }
}

}  // namespace
}  // namespace leasehold::router
