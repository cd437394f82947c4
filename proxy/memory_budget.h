// Keeps the process below memory.limit. A thread of its own compares what is in RAM with the limits some
// times a second. Above the watermark buffers and caches shrink, and statements that need memory beyond a
// relay's wait; above the limit new clients are refused as well. What waits and refuses asks here. Owner: the
// Server. Thread: any.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.h"
#include "config/config.h"

namespace leasehold::proxy {

enum class MemoryLevel : std::uint8_t { normal, high, full };

class MemoryBudget {
  public:
    // `shrink` gives up what is kept only to be faster; called on the budget's thread, at most once a second.
    // `resident` and `available` are the process's and the machine's bytes.
    MemoryBudget(const config::Memory& limits, std::function<void()> shrink);
    MemoryBudget(const config::Memory& limits, std::function<void()> shrink,
                 std::function<std::uint64_t()> resident, std::uint64_t available);
    ~MemoryBudget();
    MemoryBudget(const MemoryBudget&) = delete;
    MemoryBudget& operator=(const MemoryBudget&) = delete;

    void start();
    void stop();
    void set_limits(const config::Memory& limits);
    // What the thread does each time.
    void sample();

    MemoryLevel level() const { return level_.load(std::memory_order_relaxed); }
    // Whether `more` bytes fit below the watermark, with what large statements took since the last look and
    // what they are going to take.
    bool has_room(std::uint64_t more) const;
    std::chrono::milliseconds wait_timeout() const;
    // Error 1041: what is used, what is allowed, and who holds it.
    Error refusal(std::uint64_t more) const;
    void count_refusal() const { refusals_.fetch_add(1, std::memory_order_relaxed); }

    std::uint64_t limit() const { return limit_.load(std::memory_order_relaxed); }
    std::uint64_t watermark() const { return watermark_.load(std::memory_order_relaxed); }
    std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }
    std::uint64_t refusals() const { return refusals_.load(std::memory_order_relaxed); }

  private:
    friend class MemoryPromise;
    void run();
    void warn(std::uint64_t used);

    const std::function<void()> shrink_;
    const std::function<std::uint64_t()> resident_;
    const std::uint64_t available_;
    std::atomic<MemoryLevel> level_{MemoryLevel::normal};
    std::atomic<std::uint64_t> limit_{0}, watermark_{0};
    std::atomic<std::uint64_t> used_{0};     // at the last look
    std::atomic<std::uint64_t> growing_{0};  // of that, what has_room() follows between looks
    mutable std::atomic<std::uint64_t> promised_{0};
    std::atomic<std::int64_t> wait_ms_{0};
    mutable std::atomic<std::uint64_t> refusals_{0};
    bool warned_ = false;                             // the thread's
    std::chrono::steady_clock::time_point shrunk_{};  // the thread's
    std::mutex mutex_;
    std::condition_variable stopping_;
    bool stopped_ = false;
    std::thread thread_;
};

// What a statement is going to take: counted until it has it, or is over.
class MemoryPromise {
  public:
    MemoryPromise(const MemoryBudget& budget, std::uint64_t bytes) : budget_(budget), bytes_(bytes) {
        budget_.promised_.fetch_add(bytes_, std::memory_order_relaxed);
    }
    ~MemoryPromise() { keep(bytes_); }
    MemoryPromise(const MemoryPromise&) = delete;
    MemoryPromise& operator=(const MemoryPromise&) = delete;

    // So much of it is taken, and accounted for.
    void keep(std::uint64_t bytes) {
        bytes = std::min(bytes, bytes_);
        bytes_ -= bytes;
        budget_.promised_.fetch_sub(bytes, std::memory_order_relaxed);
    }

  private:
    const MemoryBudget& budget_;
    std::uint64_t bytes_;
};

}  // namespace leasehold::proxy
