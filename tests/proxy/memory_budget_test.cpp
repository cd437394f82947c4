#include "proxy/memory_budget.h"

#include <gmock/gmock.h>

#include "base/memory_account.h"
#include "base/mysql_errors.h"

namespace leasehold::proxy {
namespace {

using testing::HasSubstr;
constexpr std::uint64_t mib = 1 << 20;

class MemoryBudgetTest : public testing::Test {
  protected:
    static config::Memory limits() {
        config::Memory memory;
        memory.limit = 100 * mib;
        memory.high_watermark = 0.8;
        return memory;
    }
    void look(std::uint64_t resident) {
        resident_ = resident;
        budget_.sample();
    }

    std::uint64_t resident_ = 0;
    int shrunk_ = 0;
    MemoryBudget budget_{limits(), [this] { ++shrunk_; }, [this] { return resident_; }, 0};
};

TEST_F(MemoryBudgetTest, LevelsAreLeftBelowTheirMarks) {
    look(80 * mib);
    EXPECT_EQ(budget_.level(), MemoryLevel::normal);
    EXPECT_EQ(shrunk_, 0);
    look(81 * mib);
    EXPECT_EQ(budget_.level(), MemoryLevel::high);
    EXPECT_EQ(shrunk_, 1);
    look(79 * mib);  // not enough to leave
    EXPECT_EQ(budget_.level(), MemoryLevel::high);
    EXPECT_EQ(shrunk_, 1) << "not twice in a second";
    look(77 * mib);
    EXPECT_EQ(budget_.level(), MemoryLevel::normal);
    look(101 * mib);
    EXPECT_EQ(budget_.level(), MemoryLevel::full);
    look(96 * mib);
    EXPECT_EQ(budget_.level(), MemoryLevel::high);
}

TEST_F(MemoryBudgetTest, RoomCountsWhatIsPromised) {
    look(60 * mib);
    {
        MemoryPromise promise(budget_, 15 * mib);
        EXPECT_TRUE(budget_.has_room(5 * mib));
        EXPECT_FALSE(budget_.has_room(6 * mib));
        promise.keep(10 * mib);
        const MemoryCharge statement(MemoryPart::statements, 10 * mib);
        EXPECT_TRUE(budget_.has_room(5 * mib));
        EXPECT_FALSE(budget_.has_room(6 * mib));
        promise.keep(20 * mib);  // no more than is left
        EXPECT_TRUE(budget_.has_room(10 * mib));
    }
    EXPECT_TRUE(budget_.has_room(20 * mib));
}

TEST_F(MemoryBudgetTest, RoomCountsWhatGrewSinceTheLastLook) {
    look(60 * mib);
    EXPECT_TRUE(budget_.has_room(20 * mib));
    EXPECT_FALSE(budget_.has_room(21 * mib));
    const MemoryCharge statement(MemoryPart::statements, 15 * mib);
    EXPECT_TRUE(budget_.has_room(5 * mib));
    EXPECT_FALSE(budget_.has_room(6 * mib));
    look(75 * mib);  // has seen it
    EXPECT_TRUE(budget_.has_room(5 * mib));
    look(81 * mib);
    EXPECT_FALSE(budget_.has_room(0));
}

TEST_F(MemoryBudgetTest, TheRefusalSaysWhoHoldsIt) {
    const MemoryCharge gather(MemoryPart::gathers, 70 * mib);
    look(90 * mib);
    const Error refusal = budget_.refusal(4 * mib);
    EXPECT_EQ(refusal.code, mysql_error::out_of_resources);
    EXPECT_THAT(refusal.message,
                HasSubstr("90.0 MiB of memory.limit 100.0 MiB are used and 4.0 MiB more were asked for"));
    EXPECT_THAT(refusal.message, HasSubstr("most of it by gathers 70.0 MiB"));
}

TEST_F(MemoryBudgetTest, TheDefaultIsAShareOfWhatThereIs) {
    config::Memory memory = limits();
    memory.limit = 0;
    MemoryBudget of_machine(
        memory, [] {}, [] { return std::uint64_t{0}; }, 1000 * mib);
    EXPECT_EQ(of_machine.limit(), 800 * mib);
    EXPECT_EQ(of_machine.watermark(), 640 * mib);
    // Nothing known: nothing refused.
    MemoryBudget unknown(
        memory, [] {}, [] { return 1000 * mib; }, 0);
    unknown.sample();
    EXPECT_TRUE(unknown.has_room(1000 * mib));
}

TEST_F(MemoryBudgetTest, AReloadTakesEffect) {
    look(81 * mib);
    config::Memory memory = limits();
    memory.limit = 200 * mib;
    budget_.set_limits(memory);
    look(81 * mib);
    EXPECT_EQ(budget_.level(), MemoryLevel::normal);
    EXPECT_TRUE(budget_.has_room(79 * mib));
}

}  // namespace
}  // namespace leasehold::proxy
