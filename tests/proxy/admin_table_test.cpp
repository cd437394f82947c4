#include "proxy/admin_table.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

TEST(Like, AsMySql) {
    struct Case {
        std::string_view text, pattern;
        bool matches;
    };
    for (const Case& c : {Case{"", "", true},
                          Case{"a", "", false},
                          Case{"", "%", true},
                          Case{"", "_", false},
                          Case{"abc", "abc", true},
                          Case{"ABC", "abc", true},
                          Case{"abc", "ab", false},
                          Case{"ab", "abc", false},
                          Case{"abc", "a%", true},
                          Case{"abc", "%c", true},
                          Case{"abc", "%b%", true},
                          Case{"abc", "%d%", false},
                          Case{"abc", "a_c", true},
                          Case{"ac", "a_c", false},
                          Case{"a%c", R"(a\%c)", true},
                          Case{"abc", R"(a\%c)", false},
                          Case{"a_c", R"(a\_c)", true},
                          Case{"abc", R"(a\_c)", false},
                          Case{R"(a\c)", R"(a\\c)", true},
                          Case{R"(a\)", R"(a\)", true},
                          Case{"abcbcd", "a%bcd", true},
                          Case{"mississippi", "m%iss%ip%i", true},
                          Case{"mississippi", "m%iss%iq%i", false},
                          Case{"aaa", "%%%", true},
                          Case{"\xC3\xA9x", "_x", true},
                          Case{"\xE2\x82\xAC", "_", true},
                          Case{"\xC3", "_", true}}) {
        EXPECT_EQ(like(c.text, c.pattern), c.matches) << c.text << " LIKE " << c.pattern;
    }
}

TEST(Like, ManyPercentsDoNotExplode) {
    std::string pattern;
    for (int i = 0; i < 50; ++i) pattern += "%a";
    pattern += "%b";
    EXPECT_FALSE(like(std::string(2000, 'a'), pattern));
}

TEST(Table, FilterKeepsMatchingRowsAndNullMatchesNothing) {
    Table table{{wire::text_column("a"), wire::text_column("b")},
                {{"1", "pool"}, {"2", std::nullopt}, {"3", "Pond"}}};
    const Table filtered = filter_like(table, "po%", 1);
    ASSERT_EQ(filtered.rows.size(), 2U);
    EXPECT_EQ(filtered.rows[0][0], "1");
    EXPECT_EQ(filtered.rows[1][0], "3");
    EXPECT_TRUE(filter_like(table, "%", 7).rows.empty());
}

// As MariaDB 10.11 answers `SELECT 'x' AS a` to a client with PROTOCOL_41 only, but for the column's length.
TEST(Table, EncodesForAClientWithoutDeprecateEof) {
    const Table table{{wire::text_column("a")}, {{"x"}, {std::nullopt}}};
    const wire::Bytes bytes = encode(table, wire::capability::protocol_41);
    const std::string text(wire::to_text(bytes));
    EXPECT_EQ(text.substr(0, 5), std::string("\x01\0\0\x01\x01", 5));
    EXPECT_EQ(text.substr(text.size() - 9), std::string("\x05\0\0\x06\xFE\0\0\x02\0", 9));
    EXPECT_EQ(text.substr(text.size() - 9 - 5, 5), std::string("\x01\0\0\x05\xFB", 5));
    EXPECT_EQ(text.substr(text.size() - 9 - 5 - 6, 6), std::string("\x02\0\0\x04\x01x", 6));
}

TEST(Table, EncodesForAClientWithDeprecateEof) {
    const Table table{{wire::text_column("a")}, {{"x"}}};
    const wire::Bytes bytes = encode(table, wire::capability::protocol_41 | wire::capability::deprecate_eof);
    const std::string text(wire::to_text(bytes));
    EXPECT_EQ(text.substr(text.size() - 11), std::string("\x07\0\0\x04\xFE\0\0\x02\0\0\0", 11));
}

}  // namespace
}  // namespace leasehold::proxy
