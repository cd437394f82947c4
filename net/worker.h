// A worker: one thread, one io_context, the sessions and tablet connections that live and die on it.
// Thread: run() on its own thread; post() from any; everything else on the worker's thread.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <optional>

#include "net/buffers.h"
#include "net/handler_memory.h"
#include "net/loop.h"
#include "net/sleeper.h"

namespace leasehold::net {

class Worker final : public Loop {
  public:
    explicit Worker(unsigned index);
    ~Worker();

    // Runs until stop() and until every spawned task has ended.
    void run();
    // Any thread. The tasks themselves are asked to end by whoever spawned them.
    void stop();

    TimePoint now() const override { return Clock::now(); }
    Deadlines& deadlines() override { return deadlines_; }
    void resume_soon(Sleeper& sleeper) noexcept override;
    void spawn(Task<void> task) override;
    void post(std::function<void()> work) override;

    unsigned index() const { return index_; }
    boost::asio::io_context& context() { return context_; }
    BufferPool& buffers() { return buffers_; }
    std::size_t tasks() const { return tasks_; }

  private:
    void resume_ready();
    void rearm(TimePoint at);
    void on_timer();
    void task_ended();

    unsigned index_;
    boost::asio::io_context context_;
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    BufferPool buffers_;
    Deadlines deadlines_;
    boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>,
                                      boost::asio::io_context::executor_type>
        timer_;
    std::optional<TimePoint> armed_;
    intrusive::list<Sleeper> ready_;
    HandlerMemory ready_memory_;
    bool resume_posted_ = false;
    std::size_t tasks_ = 0;

    struct Root;
    static Root run_root(Worker& worker, Task<void> task);
};

}  // namespace leasehold::net
