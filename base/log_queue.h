// Lines on their way to a file that may be slow or full: a thread of its own writes them, so that nobody who
// logs waits for the disk. Bounded in bytes: a line that does not fit is lost, and counted. What waits is in
// the account MemoryPart::logs. Thread: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace leasehold {

class LogQueue {
  public:
    // `file`: a descriptor that outlives the queue. `limit`: bytes.
    LogQueue(int file, std::size_t limit);
    // What waits and is not written within a second is given up; so is a write that does not return.
    ~LogQueue();
    LogQueue(const LogQueue&) = delete;
    LogQueue& operator=(const LogQueue&) = delete;

    // `line` ends with its newline.
    void push(std::string_view line);
    void set_limit(std::size_t bytes);

    // Lines lost so far.
    std::uint64_t lost() const;
    // Of these, what nobody was told yet; zero as long as there is hardly room to say it.
    std::uint64_t take_lost();

    // True when everything was written, or lost.
    bool flush(std::chrono::milliseconds patience);

  private:
    struct State;
    static void run(State& state);
    static void write_out(State& state, std::string_view lines);

    const std::shared_ptr<State> state_;  // shared with the thread, which may hang in a write for ever
};

}  // namespace leasehold
