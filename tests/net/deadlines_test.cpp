#include "net/deadlines.h"

#include <gtest/gtest.h>

#include <vector>

namespace leasehold::net {
namespace {

using namespace std::chrono_literals;

struct Noted final : Deadline {
    Noted(std::vector<int>& log, int id) : log_(log), id_(id) {}
    void on_deadline() noexcept override {
        log_.push_back(id_);
        if (then) then->cancel();
    }
    std::vector<int>& log_;
    int id_;
    Deadline* then = nullptr;
};

const TimePoint start{std::chrono::hours(1)};

TEST(Deadlines, FireInOrderOfTimeAndOnce) {
    std::vector<int> log;
    Deadlines deadlines([](TimePoint) {});
    Noted a(log, 1), b(log, 2), c(log, 3);
    deadlines.add(b, start + 2s);
    deadlines.add(a, start + 1s);
    deadlines.add(c, start + 3s);
    deadlines.expire(start + 2s);
    EXPECT_EQ(log, (std::vector<int>{1, 2}));
    deadlines.expire(start + 2s);
    EXPECT_EQ(log.size(), 2u);
    EXPECT_EQ(deadlines.earliest(), start + 3s);
}

TEST(Deadlines, ACallbackMayCancelAnother) {
    std::vector<int> log;
    Deadlines deadlines([](TimePoint) {});
    Noted a(log, 1), b(log, 2);
    a.then = &b;
    deadlines.add(a, start);
    deadlines.add(b, start);
    deadlines.expire(start + 1s);
    EXPECT_EQ(log, (std::vector<int>{1}));
}

TEST(Deadlines, RearmsOnlyForAnEarlierOne) {
    std::vector<int> log;
    int rearmed = 0;
    Deadlines deadlines([&](TimePoint) { ++rearmed; });
    Noted a(log, 1), b(log, 2), c(log, 3);
    deadlines.add(a, start + 2s);
    deadlines.add(b, start + 3s);
    EXPECT_EQ(rearmed, 1);
    deadlines.add(c, start + 1s);
    EXPECT_EQ(rearmed, 2);
}

TEST(Deadlines, LeavesTheQueueWhenDestroyed) {
    std::vector<int> log;
    Deadlines deadlines([](TimePoint) {});
    {
        Noted gone(log, 1);
        deadlines.add(gone, start);
    }
    deadlines.expire(start + 1s);
    EXPECT_TRUE(log.empty());
}

}  // namespace
}  // namespace leasehold::net
