#include "net/task.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "net/sleeper.h"
#include "net/worker.h"

namespace leasehold::net {
namespace {

Task<int> answer() {
    co_return 42;
}
Task<int> fails() {
    throw std::runtime_error("no");
    co_return 0;
}
Task<std::string> nested() {
    const int value = co_await answer();
    co_return std::to_string(value);
}

TEST(Task, GivesItsValueWithoutSuspending) {
    Worker worker(0);
    std::string got;
    worker.spawn([](std::string& out) -> Task<void> { out = co_await nested(); }(got));
    EXPECT_EQ(got, "42");
    EXPECT_EQ(worker.tasks(), 0u);
}

TEST(Task, CarriesExceptions) {
    Worker worker(0);
    bool caught = false;
    worker.spawn([](bool& out) -> Task<void> {
        try {
            (void)co_await fails();
        } catch (const std::runtime_error&) {
            out = true;
        }
    }(caught));
    EXPECT_TRUE(caught);
}

// A loop of awaits that never suspend must not grow the stack, in any build.
TEST(Task, AMillionAwaitsThatDoNotSuspend) {
    Worker worker(0);
    long sum = 0;
    worker.spawn([](long& out) -> Task<void> {
        for (int i = 0; i < 1'000'000; ++i) out += co_await answer();
    }(sum));
    EXPECT_EQ(sum, 42'000'000);
}

TEST(Task, ATaskThatWasNeverAwaitedIsFreed) {
    Task<int> unused = answer();
}

TEST(Interrupt, WakesWhatSleeps) {
    Worker worker(0);
    Interrupt interrupt;
    std::optional<Wake> woken;
    worker.spawn([](Worker& w, Interrupt& i, std::optional<Wake>& out) -> Task<void> {
        out = co_await Pause(w, i, w.now() + std::chrono::hours(1));
    }(worker, interrupt, woken));
    EXPECT_FALSE(woken);
    interrupt.raise(InterruptReason::killed);
    interrupt.raise(InterruptReason::client_gone);
    EXPECT_FALSE(woken) << "never from inside the caller";
    worker.stop();
    worker.run();
    EXPECT_EQ(woken, Wake::interrupted);
    EXPECT_EQ(interrupt.reason(), InterruptReason::killed) << "the first reason stays";
}

TEST(Worker, PauseEndsAtItsTime) {
    Worker worker(0);
    Interrupt interrupt;
    std::optional<Wake> woken;
    worker.spawn([](Worker& w, Interrupt& i, std::optional<Wake>& out) -> Task<void> {
        out = co_await Pause(w, i, w.now() + std::chrono::milliseconds(1));
    }(worker, interrupt, woken));
    worker.stop();
    worker.run();
    EXPECT_EQ(woken, Wake::deadline);
}

}  // namespace
}  // namespace leasehold::net
