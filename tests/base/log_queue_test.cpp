#include "base/log_queue.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/memory_account.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

// A pipe that takes 64 KiB and then nothing until it is read.
class Pipe {
  public:
    Pipe() {
        EXPECT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0);
        EXPECT_EQ(fcntl(ends_[0], F_SETPIPE_SZ, size), static_cast<int>(size));
    }
    ~Pipe() {
        close(ends_[0]);
        close(ends_[1]);
    }
    int writer() const { return ends_[1]; }
    std::string read(std::size_t bytes) const {
        std::string all;
        std::string part(bytes, 0);
        while (all.size() < bytes) {
            const ssize_t n = ::read(ends_[0], part.data(), bytes - all.size());
            if (n <= 0) break;
            all.append(part, 0, static_cast<std::size_t>(n));
        }
        return all;
    }

    // As somebody else's output would.
    void fill() const {
        const std::string other(size, 'o');
        EXPECT_EQ(::write(ends_[1], other.data(), size), static_cast<ssize_t>(size));
    }

    static constexpr std::size_t size = 64 * 1024;

  private:
    std::array<int, 2> ends_{};
};

const std::string line = std::string(1023, 'x') + "\n";

TEST(LogQueueTest, LinesComeInOrder) {
    const Pipe pipe;
    LogQueue queue(pipe.writer(), 4096);
    queue.push("first\n");
    queue.push("second\n");
    EXPECT_TRUE(queue.flush(10s));
    EXPECT_EQ(pipe.read(13), "first\nsecond\n");
    EXPECT_EQ(queue.lost(), 0u);
}

TEST(LogQueueTest, AReaderThatStopsCostsTheLimitAndNoTime) {
    const std::uint64_t before = memory_of(MemoryPart::logs);
    {
        const Pipe pipe;
        LogQueue queue(pipe.writer(), 100 * line.size());
        for (int i = 0; i < 1000; ++i) queue.push(line);  // far more than the pipe and the queue take
        const std::uint64_t lost = queue.lost();
        EXPECT_GE(lost, 1000u - 64 - 100);
        EXPECT_LE(memory_of(MemoryPart::logs) - before, 2 * 100 * line.size() + 32 * 1024);
        EXPECT_FALSE(queue.flush(1ms));
        pipe.read((1000 - lost) * line.size());
        EXPECT_TRUE(queue.flush(10s));
        EXPECT_EQ(queue.take_lost(), lost);
        EXPECT_EQ(queue.take_lost(), 0u) << "told once";
        queue.push("again\n");
        EXPECT_EQ(pipe.read(6), "again\n");
    }
    EXPECT_EQ(memory_of(MemoryPart::logs), before);
}

TEST(LogQueueTest, LossesAreToldWhenThereIsRoom) {
    const Pipe pipe;
    pipe.fill();
    LogQueue queue(pipe.writer(), 10 * line.size());
    for (int i = 0; i < 10; ++i) queue.push(line);
    EXPECT_EQ(queue.lost(), 0u);
    queue.push(line);
    EXPECT_EQ(queue.lost(), 1u);
    EXPECT_EQ(queue.take_lost(), 0u);
    pipe.read(Pipe::size + 10 * line.size());
    EXPECT_TRUE(queue.flush(10s));
    EXPECT_EQ(queue.take_lost(), 1u);
}

TEST(LogQueueTest, AFullDiskLosesLinesAndCountsThem) {
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    {
        LogQueue queue(full, 64 * 1024);
        for (int i = 0; i < 5; ++i) queue.push("a line\n");
        EXPECT_TRUE(queue.flush(10s));
        EXPECT_EQ(queue.lost(), 5u);
        EXPECT_EQ(queue.take_lost(), 5u);
    }
    close(full);
}

TEST(LogQueueTest, ALowerLimitCountsAtOnce) {
    const Pipe pipe;
    LogQueue queue(pipe.writer(), 1 << 20);
    queue.set_limit(10);
    queue.push("much too long\n");
    queue.push("short\n");
    EXPECT_EQ(pipe.read(6), "short\n");
    EXPECT_EQ(queue.lost(), 1u);
}

}  // namespace
}  // namespace leasehold
