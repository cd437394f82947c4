#include "net/worker.h"

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>

#include "base/log.h"

namespace leasehold::net {

// A timer that fires a little late costs nobody; one that is re-armed for each statement costs a system call.
constexpr std::chrono::milliseconds timer_grain{5};

// The frame of a spawned task: starts at once, frees itself at its end.
struct Worker::Root {
    struct promise_type : detail::CountedFrame {
        Root get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { std::terminate(); }
    };
};

Worker::Root Worker::run_root(Worker& worker, Task<void> task) {
    try {
        co_await task;
    } catch (const std::exception& failure) {
        log(LogLevel::error, "task ended by an exception", {{"what", failure.what()}});
    }
    worker.task_ended();
}

Worker::Worker(unsigned index)
    : index_(index),
      context_(1),
      work_(boost::asio::make_work_guard(context_)),
      deadlines_([this](TimePoint at) { rearm(at); }),
      timer_(context_) {}

Worker::~Worker() = default;

void Worker::run() {
    context_.run();
}

void Worker::stop() {
    post([this] {
        work_.reset();
        if (tasks_ == 0) timer_.cancel();
    });
}

void Worker::resume_soon(Sleeper& sleeper) noexcept {
    ready_.push_back(sleeper);
    if (resume_posted_) return;
    resume_posted_ = true;
    boost::asio::post(context_, boost::asio::bind_allocator(HandlerAllocator<void>(ready_memory_),
                                                            [this] { resume_ready(); }));
}

void Worker::resume_ready() {
    resume_posted_ = false;
    // Only those that were ready when it began: two that wake each other must not keep the loop from its
    // sockets.
    for (std::size_t n = ready_.size(); n > 0; --n) {
        Sleeper& next = ready_.front();
        ready_.pop_front();
        next.resume();
    }
}

void Worker::spawn(Task<void> task) {
    ++tasks_;
    run_root(*this, std::move(task));
}

void Worker::post(std::function<void()> work) {
    boost::asio::post(context_, std::move(work));
}

void Worker::task_ended() {
    if (--tasks_ == 0 && !work_) timer_.cancel();
}

void Worker::rearm(TimePoint at) {
    if (armed_ && *armed_ <= at) return;
    const TimePoint soonest = Clock::now() + timer_grain;
    armed_ = at < soonest ? soonest : at;
    timer_.expires_at(*armed_);
    timer_.async_wait([this](const boost::system::error_code& failed) {
        if (!failed) on_timer();
    });
}

void Worker::on_timer() {
    armed_.reset();
    deadlines_.expire(Clock::now());
    if (const auto next = deadlines_.earliest()) rearm(*next);
    if (tasks_ == 0 && !work_) timer_.cancel();
}

}  // namespace leasehold::net
