#include "base/memory_account.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace leasehold {
namespace {

TEST(MemoryAccountTest, SizesAreTheAllocators) {
    // What mallocx and sallocx of jemalloc 5.3 say.
    EXPECT_EQ(allocated_size(1), 8u);
    EXPECT_EQ(allocated_size(9), 16u);
    EXPECT_EQ(allocated_size(128), 128u);
    EXPECT_EQ(allocated_size(129), 160u);
    EXPECT_EQ(allocated_size(512), 512u);
    EXPECT_EQ(allocated_size(513), 640u);
    EXPECT_EQ(allocated_size(7624), 8192u);
    EXPECT_EQ(allocated_size(16 * 1024), 16u * 1024);
    EXPECT_EQ(allocated_size(16 * 1024 + 1), 20u * 1024);
}

TEST(MemoryAccountTest, AChargeLastsAsLongAsItsObject) {
    const std::uint64_t before = memory_of(MemoryPart::gathers);
    {
        MemoryCharge charge(MemoryPart::gathers, 100);
        charge.set(250);
        MemoryCharge moved = std::move(charge);
        EXPECT_EQ(memory_of(MemoryPart::gathers), before + 250);
        MemoryCharge other(MemoryPart::gathers, 50);
        other = std::move(moved);
        EXPECT_EQ(memory_of(MemoryPart::gathers), before + 300);
    }
    EXPECT_EQ(memory_of(MemoryPart::gathers), before);
}

TEST(MemoryAccountTest, ThreadsAddUpAndMayGiveBackForEachOther) {
    const std::uint64_t before = memory_of(MemoryPart::merges);
    charge(MemoryPart::merges, 300 * 1000);
    // More threads than there are slots.
    for (int round = 0; round < 30; ++round) {
        std::vector<std::thread> threads;
        for (int i = 0; i < 10; ++i) threads.emplace_back([] { charge(MemoryPart::merges, -1000); });
        for (std::thread& thread : threads) thread.join();
    }
    EXPECT_EQ(memory_of(MemoryPart::merges), before);
}

TEST(MemoryAccountTest, EveryPartHasAName) {
    for (std::size_t part = 0; part < memory_part_count; ++part)
        EXPECT_NE(to_string(static_cast<MemoryPart>(part)), "") << part;
}

}  // namespace
}  // namespace leasehold
