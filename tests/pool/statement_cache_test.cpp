#include "pool/statement_cache.h"

#include <gtest/gtest.h>

namespace leasehold::pool {
namespace {

TEST(StatementCache, TheLeastRecentlyUsedFallsOut) {
    PreparedTexts texts;
    const auto a = texts.intern("select 1"), b = texts.intern("select 2"), c = texts.intern("select 3");
    StatementCache cache(2);
    EXPECT_EQ(cache.put(a, 1), std::nullopt);
    EXPECT_EQ(cache.put(b, 2), std::nullopt);
    EXPECT_EQ(cache.find(a), 1u);
    EXPECT_EQ(cache.put(c, 3), 2u) << "b was used longest ago";
    EXPECT_EQ(cache.find(b), std::nullopt);
    EXPECT_EQ(cache.size(), 2u);
    cache.clear();
    EXPECT_EQ(cache.find(a), std::nullopt);
}

TEST(PreparedTexts, OneTextIsSharedAndGoesWithItsLastUser) {
    PreparedTexts texts;
    auto a = texts.intern("select ?");
    auto b = texts.intern(std::string("select ") + "?");
    EXPECT_EQ(a, b);
    EXPECT_EQ(texts.size(), 1u);
    a.reset();
    b.reset();
    EXPECT_EQ(texts.size(), 0u);
}

TEST(PreparedTexts, ATextMayOutliveItsTable) {
    PreparedTextRef text;
    {
        PreparedTexts texts;
        text = texts.intern("select 1");
    }
    EXPECT_EQ(text->sql, "select 1");
}

}  // namespace
}  // namespace leasehold::pool
