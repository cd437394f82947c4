// Coarse deadlines of one worker, ordered by time. Adding and removing costs a tree operation and no system
// call: the worker's one timer is armed for the earliest and re-armed when it fires. Pure but for the
// callbacks. Thread: the worker's.
#pragma once

#include <boost/intrusive/set.hpp>
#include <boost/intrusive/set_hook.hpp>
#include <chrono>
#include <functional>
#include <optional>

namespace leasehold::net {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

namespace intrusive = boost::intrusive;

// Something that wants to be told when its time has come. Removes itself when destroyed.
class Deadline : public intrusive::set_base_hook<intrusive::link_mode<intrusive::auto_unlink>> {
  public:
    Deadline() = default;
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    virtual ~Deadline() = default;
    TimePoint at() const { return at_; }
    bool pending() const { return is_linked(); }
    void cancel() noexcept { unlink(); }

    friend bool operator<(const Deadline& a, const Deadline& b) { return a.at_ < b.at_; }

  private:
    friend class Deadlines;
    virtual void on_deadline() noexcept = 0;
    TimePoint at_{};
};

class Deadlines {
  public:
    // Called when the earliest deadline has become earlier than it was.
    using Rearm = std::function<void(TimePoint)>;
    explicit Deadlines(Rearm rearm) : rearm_(std::move(rearm)) {}

    void add(Deadline& deadline, TimePoint at);
    // Fires everything due at `now`, in order of time. A callback may add and cancel deadlines.
    void expire(TimePoint now);
    std::optional<TimePoint> earliest() const;

  private:
    intrusive::multiset<Deadline, intrusive::constant_time_size<false>> queue_;
    Rearm rearm_;
};

}  // namespace leasehold::net
