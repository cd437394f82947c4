#include "pool/statement_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasehold::pool {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(StatementCache, TheLeastRecentlyUsedFallsOut) {
    PreparedTexts texts;
    const auto a = texts.intern("select 1"), b = texts.intern("select 2"), c = texts.intern("select 3");
    StatementCache cache(2);
    EXPECT_THAT(cache.put(a, 1), IsEmpty());
    EXPECT_THAT(cache.put(b, 2), IsEmpty());
    EXPECT_EQ(cache.find(a), 1u);
    EXPECT_THAT(cache.put(c, 3), ElementsAre(2u)) << "b was used longest ago";
    EXPECT_EQ(cache.find(b), std::nullopt);
    EXPECT_EQ(cache.size(), 2u);
    cache.clear();
    EXPECT_EQ(cache.find(a), std::nullopt);
}

TEST(StatementCache, LongTextsAreFewerThanShortOnes) {
    PreparedTexts texts;
    const std::string half(StatementCache::text_cap / 2, 'x');
    const auto a = texts.intern(half + "a"), b = texts.intern(half + "b"), c = texts.intern("select 1");
    const auto huge = texts.intern(half + half + half);
    StatementCache cache(10);
    EXPECT_THAT(cache.put(a, 1), IsEmpty());
    EXPECT_THAT(cache.put(b, 2), ElementsAre(1u));
    EXPECT_THAT(cache.put(c, 3), IsEmpty());
    EXPECT_THAT(cache.put(huge, 4), ElementsAre(2u, 3u)) << "alone it may be larger";
    EXPECT_EQ(cache.find(huge), 4u);
    cache.forget(huge);
    EXPECT_THAT(cache.put(b, 5), IsEmpty());
    EXPECT_THAT(cache.put(a, 6), ElementsAre(5u)) << "what was forgotten counts no more";
    cache.clear();
    EXPECT_THAT(cache.put(b, 7), IsEmpty());
    EXPECT_EQ(cache.size(), 1u);
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
