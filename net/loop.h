// What waiting needs of a worker: the clock, coarse deadlines, "resume this later", "run this beside". The
// worker is one; tests have another with a clock of their own. Thread: all but post() on the loop's own
// thread.
#pragma once

#include <functional>

#include "net/deadlines.h"
#include "net/task.h"

namespace leasehold::net {

class Sleeper;

class Loop {
  public:
    virtual TimePoint now() const = 0;
    virtual Deadlines& deadlines() = 0;
    // Resumes what sleeps there from the loop, never from inside the caller. Allocates nothing.
    virtual void resume_soon(Sleeper& sleeper) noexcept = 0;
    // Starts `task` and keeps it until it ends. What it throws is logged.
    virtual void spawn(Task<void> task) = 0;
    // Any thread: runs `work` on the loop's thread.
    virtual void post(std::function<void()> work) = 0;

  protected:
    ~Loop() = default;
};

}  // namespace leasehold::net
