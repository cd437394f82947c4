#include "router/text_prepared.h"

#include <gtest/gtest.h>

namespace leasehold::router {
namespace {

TEST(TextPrepared, text_of_literals) {
    EXPECT_EQ(text_of_literal("'select 1'", {}), "select 1");
    EXPECT_EQ(text_of_literal("'it''s \\'x\\' \\n'", {}), "it's 'x' \n");
    EXPECT_EQ(text_of_literal("'select ' '1'", {}), "select 1");
    SqlMode plain;
    plain.no_backslash_escapes = true;
    EXPECT_EQ(text_of_literal("'a\\b'", plain), "a\\b");
    EXPECT_EQ(text_of_literal("NULL", {}), "NULL");
    EXPECT_EQ(text_of_literal("5", {}), "5");
    EXPECT_EQ(text_of_literal("X'41'", {}), std::nullopt);
    EXPECT_EQ(text_of_literal("_utf8mb4'a'", {}), std::nullopt);
    EXPECT_EQ(text_of_literal("'a' + 'b'", {}), std::nullopt);
    EXPECT_EQ(text_of_literal("'open", {}), std::nullopt);
    EXPECT_EQ(text_of_literal("", {}), std::nullopt);
}

TEST(TextPrepared, counts_parameters_that_are_some) {
    EXPECT_EQ(count_parameters("select '?', `?`, \"?\" /* ? */ from t where a = ? and b in (?, ?) -- ?", {}),
              3u);
    EXPECT_EQ(count_parameters("select 1", {}), 0u);
}

TEST(TextPrepared, literals_in_the_parameters_places) {
    const auto with = [](std::string_view sql, std::vector<std::string> literals) {
        return with_parameters(sql, {}, literals);
    };
    EXPECT_EQ(with("select a from t where a = ? and b = ?", {"5", "'it''s ?'"}),
              "select a from t where a =  5  and b =  'it''s ?' ");
    EXPECT_EQ(with("select a from t limit ?", {"3"}), "select a from t limit  3 ");
    // A column keeps the name that the servers give it, and strings beside each other stay two.
    EXPECT_EQ(with("select ?, a+?, b from t", {"1", "-2"}), "select  1  AS `?`, a+ -2  AS `a+?`, b from t");
    EXPECT_EQ(with("select ? 'name'", {"'v'"}), "select  ('v')  'name'");
    EXPECT_EQ(with("update t set a=? where b=?", {"NULL", "X'00'"}), "update t set a= NULL  where b= X'00' ");
    EXPECT_EQ(with("select 1", {}), "select 1");
    EXPECT_EQ(with("no statement ?", {"1"}), "no statement  1 ");
}

}  // namespace
}  // namespace leasehold::router
