#include "proxy/memory_limit.h"

#include <gtest/gtest.h>

#include <map>

namespace leasehold::proxy {
namespace {

using Files = std::map<std::string, std::string>;

std::uint64_t with(Files files) {
    files.emplace("/proc/meminfo", "MemTotal:       16384 kB\nMemFree: 1 kB\n");
    return available_memory([&](const std::string& path) -> std::optional<std::string> {
        const auto found = files.find(path);
        if (found == files.end()) return std::nullopt;
        return found->second;
    });
}

TEST(MemoryLimitTest, TheMachine) {
    EXPECT_EQ(with({}), 16384u * 1024);
    EXPECT_EQ(with({{"/sys/fs/cgroup/memory.max", "max\n"}}), 16384u * 1024);
    EXPECT_EQ(with({{"/proc/meminfo", "nonsense"}}), 0u);
}

TEST(MemoryLimitTest, TheLeastOfAllGroups) {
    EXPECT_EQ(with({{"/sys/fs/cgroup/memory.max", "1000\n"}}), 1000u);
    EXPECT_EQ(with({{"/sys/fs/cgroup/memory/memory.limit_in_bytes", "2000\n"}}), 2000u);
    EXPECT_EQ(with({{"/proc/self/cgroup", "0::/system.slice/leasehold.service\n"},
                    {"/sys/fs/cgroup/system.slice/leasehold.service/memory.max", "max\n"},
                    {"/sys/fs/cgroup/system.slice/memory.max", "3000\n"}}),
              3000u);
    // Version 1 says "no limit" with a number larger than any machine.
    EXPECT_EQ(with({{"/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"}}),
              16384u * 1024);
}

TEST(MemoryLimitTest, OfThisProcess) {
    EXPECT_GT(available_memory(), 1u << 20);
    EXPECT_GT(resident_memory(), 1u << 20);
    EXPECT_LT(resident_memory(), available_memory());
}

}  // namespace
}  // namespace leasehold::proxy
