#include "router/sequence_block.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <vector>

namespace leasehold::router {
namespace {

// A sequence's table, and a block of it as the proxy would grow it.
struct Table {
    std::int64_t next_id = 1;
    std::int64_t cache = 10;

    std::uint64_t take(SequenceBlock& block, std::uint64_t count) {
        if (const auto first = block.take(count)) return *first;
        const std::int64_t to = block.plan_growth(next_id, cache, count).value();
        block.add(next_id, to);
        next_id = to;
        ++reads;
        return block.take(count).value();
    }
    int reads = 0;
};

TEST(SequenceBlock, gives_ids_one_after_another_and_reads_the_table_once_a_block) {
    Table table;
    SequenceBlock block;
    for (std::uint64_t id = 1; id <= 25; ++id) EXPECT_EQ(table.take(block, 1), id);
    EXPECT_EQ(table.reads, 3);
    EXPECT_EQ(table.next_id, 31);
}

TEST(SequenceBlock, several_ids_follow_each_other_over_the_end_of_a_block) {
    Table table;
    SequenceBlock block;
    EXPECT_EQ(table.take(block, 8), 1u);
    EXPECT_EQ(table.take(block, 5), 9u);
    EXPECT_EQ(table.next_id, 21);
    EXPECT_EQ(table.take(block, 7), 14u);
    EXPECT_EQ(table.reads, 2);
}

TEST(SequenceBlock, more_ids_than_a_block_take_whole_blocks) {
    Table table;
    SequenceBlock block;
    EXPECT_EQ(table.take(block, 35), 1u);
    EXPECT_EQ(table.next_id, 41);
    EXPECT_EQ(table.take(block, 5), 36u);
    EXPECT_EQ(table.reads, 1);
}

TEST(SequenceBlock, two_holders_never_give_the_same_id) {
    Table table;
    SequenceBlock one, other;
    std::set<std::uint64_t> seen;
    std::uint64_t taken = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
        const std::uint64_t count = 1 + i % 7;
        const std::uint64_t first = table.take(i % 3 == 0 ? one : other, count);
        for (std::uint64_t id = first; id < first + count; ++id) seen.insert(id);
        taken += count;
    }
    EXPECT_EQ(seen.size(), taken);
    EXPECT_LT(*seen.rbegin(), static_cast<std::uint64_t>(table.next_id));
}

TEST(SequenceBlock, a_table_set_back_or_forth_is_followed) {
    Table table;
    SequenceBlock block;
    EXPECT_EQ(table.take(block, 1), 1u);
    table.next_id = 1000;
    EXPECT_EQ(table.take(block, 20), 1000u);  // the rest of the first block is given up
    EXPECT_EQ(block.left(), 0u);
}

TEST(SequenceBlock, a_table_that_makes_no_sense_is_an_error) {
    const SequenceBlock block;
    EXPECT_EQ(block.plan_growth(0, 10, 1).error().message, "next_id is 0; expected 1 or more");
    EXPECT_EQ(block.plan_growth(-5, 10, 1).error().code, 1105);
    EXPECT_EQ(block.plan_growth(1, 0, 1).error().message, "cache is 0; expected 1 or more");
}

TEST(SequenceBlock, the_end_of_all_ids_is_an_error_and_no_overflow) {
    constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
    const SequenceBlock block;
    EXPECT_EQ(block.plan_growth(greatest - 5, 10, 1).error().code, 1467);
    EXPECT_EQ(block.plan_growth(1, 1, std::numeric_limits<std::uint64_t>::max()).error().code, 1467);
    EXPECT_EQ(block.plan_growth(1, greatest, 2).error().code, 1467);
    EXPECT_EQ(block.plan_growth(greatest - 10, 10, 1).value(), greatest);
}

}  // namespace
}  // namespace leasehold::router
