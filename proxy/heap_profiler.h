// Heap profiles of the running process, by jemalloc: switched on and off, taken to a text or a file. Only
// allocations made while it is on are seen. Profiles are limited in rate, size and number
// (config::Memory). Owner: the Server. Thread: any; what blocks says so.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.h"
#include "config/config.h"

namespace leasehold::proxy {

class HeapProfiler {
  public:
    explicit HeapProfiler(const config::Memory& limits);
    ~HeapProfiler();
    HeapProfiler(const HeapProfiler&) = delete;
    HeapProfiler& operator=(const HeapProfiler&) = delete;

    // Takes over what a reload changed; `profiling` itself only when it differs from what it was.
    void set_limits(const config::Memory& limits);

    // Switching on begins a new profile; what was sampled before is forgotten. Error 1105: not on jemalloc.
    Result<void> set_active(bool active);
    bool active() const;

    // Writes a file on a thread of its own, where `then` is called with its path. At once, and on the
    // caller's thread, when it is refused: profiling is off, another is being written, too soon.
    void dump(std::function<void(Result<std::string>)> then);

    // The profile as text. With profiling off it is on for `during` and tells what was allocated in that time
    // and is still there. Blocks for `during`.
    Result<std::string> observe(std::chrono::seconds during);

    // Ends a wait of observe() early and waits for a dump that runs.
    void stop();

  private:
    Result<void> begin_profile();
    void end_profile();
    Result<void> switch_to(bool active);
    Result<std::string> take(std::uint64_t max_bytes) const;

    mutable std::mutex mutex_;
    std::condition_variable stopped_or_late_;
    config::Memory limits_;
    bool running_ = false;  // a profile is being taken
    bool stopped_ = false;
    std::chrono::steady_clock::time_point next_{};
    std::thread writer_;
};

}  // namespace leasehold::proxy
