#include "router/select_limit.h"

#include <gtest/gtest.h>

namespace leasehold::router {
namespace {

std::string limited(std::string_view sql) {
    const LimitedSelect select = with_limit(sql, {}, 3);
    switch (select.own) {
        case OwnLimit::has:
            return "has";
        case OwnLimit::can_get:
            return select.text;
        case OwnLimit::unknown:
            break;
    }
    return "unknown";
}

TEST(SelectLimit, stands_behind_the_last_word) {
    EXPECT_EQ(limited("select * from t"), "select * from t LIMIT 3");
    EXPECT_EQ(limited("select a from t order by a desc ; "), "select a from t order by a desc LIMIT 3 ; ");
    EXPECT_EQ(limited("select a from t -- all of it"), "select a from t LIMIT 3 -- all of it");
    EXPECT_EQ(limited("with x as (select 1 limit 1) select * from x"),
              "with x as (select 1 limit 1) select * from x LIMIT 3");
    EXPECT_EQ(limited("select (select a from u limit 1) from t"),
              "select (select a from u limit 1) from t LIMIT 3");
}

TEST(SelectLimit, of_the_statements_own) {
    EXPECT_EQ(limited("select * from t limit 5"), "has");
    EXPECT_EQ(limited("select * from t order by a limit ?, ?"), "has");
}

TEST(SelectLimit, where_it_would_stand_is_not_told) {
    for (const std::string_view sql :
         {"(select * from t)", "select * from t for update", "select * from t lock in share mode",
          "select a into @x from t", "select 1 union select 2", "select /*! a */ from t", "table t", ""}) {
        EXPECT_EQ(limited(sql), "unknown") << sql;
    }
}

TEST(SelectLimit, values_of_the_setting) {
    EXPECT_EQ(select_limit_of("7"), 7u);
    EXPECT_EQ(select_limit_of("DEFAULT"), no_select_limit);
    EXPECT_EQ(select_limit_of("default"), no_select_limit);
    EXPECT_EQ(select_limit_of("18446744073709551615"), no_select_limit);
    EXPECT_FALSE(select_limit_of("@x"));
    EXPECT_FALSE(select_limit_of("1 + 1"));
    EXPECT_FALSE(select_limit_of(""));
    EXPECT_FALSE(select_limit_of("99999999999999999999999"));
}

}  // namespace
}  // namespace leasehold::router
