// Counters that one thread writes and any thread reads: a relaxed load and store, no locked instruction.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace leasehold {

class Counter {
  public:
    void add(std::uint64_t n = 1) { value_.store(get() + n, std::memory_order_relaxed); }
    void sub(std::uint64_t n = 1) { value_.store(get() - n, std::memory_order_relaxed); }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

// Durations in fixed buckets from 50 microseconds to 10 seconds, for Prometheus histograms.
class DurationHistogram {
  public:
    // Upper bounds in microseconds; the last bucket has none.
    static constexpr std::array<std::uint64_t, 16> bounds_us{
        50,     100,    250,     500,     1'000,   2'500,     5'000,     10'000,
        25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 10'000'000};
    static constexpr std::size_t bucket_count = bounds_us.size() + 1;

    void observe_us(std::uint64_t us) {
        std::size_t i = 0;
        while (i < bounds_us.size() && us > bounds_us[i]) ++i;
        buckets_[i].add();
        sum_us_.add(us);
    }
    std::uint64_t bucket(std::size_t i) const { return buckets_[i].get(); }
    std::uint64_t sum_us() const { return sum_us_.get(); }

  private:
    std::array<Counter, bucket_count> buckets_;
    Counter sum_us_;
};

}  // namespace leasehold
