// KILLs that wait to be sent to one tablet, first come first sent. Bounded by a count shared by all tablets'
// queues. Pure; the control plane's lock guards it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace leasehold::pool {

class KillQueue {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct Entry {
        std::uint32_t thread_id;
        TimePoint queued_at;
        bool query_only = false;  // KILL QUERY: the connection stays
    };

    void push(const Entry& entry) { entries_.push_back(entry); }
    // Puts back what could not be sent: it is the next one again.
    void put_back(const Entry& entry) { entries_.push_front(entry); }
    std::optional<Entry> pop();
    // The tablet started (at the latest) at `start`: thread ids from before mean nothing, or somebody else,
    // now. How many were dropped.
    std::size_t drop_before(TimePoint start);
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }

  private:
    std::deque<Entry> entries_;
};

}  // namespace leasehold::pool
