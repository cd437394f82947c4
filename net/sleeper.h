// Sleeper: one suspended coroutine that several things may wake; the first does, the others find it awake.
// Interrupt: the one way to stop what a session is doing (its client went away, KILL, a timeout, shutdown).
// Both live on one loop's thread; a Sleeper lives in the frame of the coroutine that sleeps.
#pragma once

#include <boost/intrusive/list.hpp>
#include <coroutine>
#include <cstdint>
#include <optional>

#include "net/loop.h"

namespace leasehold::net {

enum class Wake : std::uint8_t { ready, interrupted, deadline };

class Sleeper : public intrusive::list_base_hook<intrusive::link_mode<intrusive::safe_link>> {
  public:
    Sleeper() = default;
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

    void sleep(Loop& loop, std::coroutine_handle<> coroutine) {
        loop_ = &loop;
        coroutine_ = coroutine;
    }
    // From another coroutine: the sleeper goes on from the loop.
    void wake(Wake why) noexcept {
        if (woken_) return;
        woken_ = why;
        if (coroutine_) loop_->resume_soon(*this);
    }
    // From a completion handler of the loop, as its last act.
    void wake_here(Wake why) {
        if (woken_) return;
        woken_ = why;
        if (coroutine_) coroutine_.resume();
    }
    std::optional<Wake> woken() const { return woken_; }
    // The loop's part of resume_soon().
    void resume() { coroutine_.resume(); }

  private:
    Loop* loop_ = nullptr;
    std::coroutine_handle<> coroutine_;
    std::optional<Wake> woken_;
};

enum class InterruptReason : std::uint8_t {
    client_gone,
    query_killed,
    killed,
    query_timeout,
    idle_timeout,
    shutdown
};

class Interrupt {
  public:
    Interrupt() = default;
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    // A stronger reason is not overwritten by a weaker one: a killed statement whose client then leaves stays
    // killed.
    void raise(InterruptReason reason) noexcept {
        if (!reason_) reason_ = reason;
        if (sleeper_ != nullptr) sleeper_->wake(Wake::interrupted);
    }
    // A statement's interrupt ends with the statement; the session's own (killed, client gone) does not.
    void clear() noexcept { reason_.reset(); }
    std::optional<InterruptReason> reason() const { return reason_; }
    bool raised() const { return reason_.has_value(); }

    void attach(Sleeper& sleeper) noexcept { sleeper_ = &sleeper; }
    void detach() noexcept { sleeper_ = nullptr; }

  private:
    std::optional<InterruptReason> reason_;
    Sleeper* sleeper_ = nullptr;
};

// Wakes a sleeper when its time has come.
class SleepDeadline final : public Deadline {
  public:
    explicit SleepDeadline(Sleeper& sleeper) : sleeper_(sleeper) {}

  private:
    void on_deadline() noexcept override { sleeper_.wake(Wake::deadline); }
    Sleeper& sleeper_;
};

// Raises an interrupt when its time has come: a timeout of whatever the interrupt's owner does meanwhile.
class InterruptDeadline final : public Deadline {
  public:
    InterruptDeadline(Interrupt& interrupt, InterruptReason reason)
        : interrupt_(interrupt), reason_(reason) {}

  private:
    void on_deadline() noexcept override { interrupt_.raise(reason_); }
    Interrupt& interrupt_;
    InterruptReason reason_;
};

// co_await Pause(loop, interrupt, until) sleeps until a time or an interrupt.
class Pause {
  public:
    Pause(Loop& loop, Interrupt& interrupt, TimePoint until)
        : loop_(loop), interrupt_(interrupt), until_(until), deadline_(sleeper_) {}
    bool await_ready() const noexcept { return interrupt_.raised(); }
    void await_suspend(std::coroutine_handle<> coroutine) {
        sleeper_.sleep(loop_, coroutine);
        interrupt_.attach(sleeper_);
        loop_.deadlines().add(deadline_, until_);
    }
    Wake await_resume() noexcept {
        interrupt_.detach();
        deadline_.cancel();
        return sleeper_.woken().value_or(Wake::interrupted);
    }

  private:
    Loop& loop_;
    Interrupt& interrupt_;
    TimePoint until_;
    Sleeper sleeper_;
    SleepDeadline deadline_;
};

}  // namespace leasehold::net
