#include "router/merge_layout.h"

#include <gtest/gtest.h>

namespace leasehold::router {
namespace {

using From = RowColumn::From;

TEST(RowLayout, CountsFromBothEndsAndBehind) {
    const RowLayout layout(7, 3);
    EXPECT_EQ(layout.shown(), 4u);
    EXPECT_EQ(layout.place({From::front, 3}), 3u);
    EXPECT_EQ(layout.place({From::front, 4}), 7u);
    EXPECT_EQ(layout.place({From::back, 1}), 3u);
    EXPECT_EQ(layout.place({From::back, 4}), 0u);
    EXPECT_EQ(layout.place({From::back, 5}), 7u);
    EXPECT_EQ(layout.place({From::back, 0}), 7u);
    EXPECT_EQ(layout.place({From::hidden, 0}), 4u);
    EXPECT_EQ(layout.place({From::hidden, 2}), 6u);
    EXPECT_EQ(layout.place({From::hidden, 3}), 7u);
}

TEST(RowLayout, HiddenColumnsMoveUpForThoseLeftOut) {
    const RowLayout layout(4, 5, {1, 2});  // hidden 0, 3 and 4 are there
    EXPECT_EQ(layout.shown(), 1u);
    EXPECT_EQ(layout.place({From::hidden, 0}), 1u);
    EXPECT_EQ(layout.place({From::hidden, 1}), 4u);
    EXPECT_EQ(layout.place({From::hidden, 2}), 4u);
    EXPECT_EQ(layout.place({From::hidden, 3}), 2u);
    EXPECT_EQ(layout.place({From::hidden, 4}), 3u);
}

TEST(RowLayout, AnswersWithTooFewColumnsHaveNoneToShow) {
    const RowLayout layout(1, 3);
    EXPECT_EQ(layout.shown(), 0u);
    EXPECT_EQ(layout.place({From::front, 0}), 1u);
    EXPECT_EQ(layout.place({From::hidden, 1}), 1u);
}

}  // namespace
}  // namespace leasehold::router
