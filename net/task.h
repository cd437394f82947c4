// Task<T>: the coroutine type of everything that waits. Asio's awaitable can await nothing but Asio's
// operations, and here the things waited for are leases, events and interrupts as well
// (docs/adr/0001-threads-and-coroutines.md). A task starts when it is awaited and runs on one worker's
// thread. It is not started by its creation, so arguments passed by reference must outlive the co_await, not
// longer. GCC 12 does not turn symmetric transfer into tail calls without optimisation, so a task that
// finishes without suspending returns to its awaiter by await_suspend's false: loops of such awaits do not
// grow the stack.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/memory_account.h"

namespace leasehold::net {

template <typename T>
class Task;

namespace detail {

// Frames of coroutines are counted: of what waits they are the larger part.
struct CountedFrame {
    [[gnu::always_inline]] static void* operator new(std::size_t bytes) {
        void* const place = ::operator new(bytes);
        charge(MemoryPart::coroutines, static_cast<std::int64_t>(allocated_size(bytes)));
        return place;
    }
    [[gnu::always_inline]] static void operator delete(void* place, std::size_t bytes) noexcept {
        charge(MemoryPart::coroutines, -static_cast<std::int64_t>(allocated_size(bytes)));
        ::operator delete(place, bytes);
    }
};

struct TaskPromiseBase : CountedFrame {
    std::coroutine_handle<> awaiter;  // set once the awaiter has really suspended
    std::exception_ptr exception;

    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <typename Promise>
        void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
            // Copied first: resuming the awaiter destroys this frame.
            if (const auto awaiter = self.promise().awaiter) awaiter.resume();
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() noexcept { return {}; }
    FinalAwaiter final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <typename T>
struct TaskPromise : TaskPromiseBase {
    std::optional<T> value;
    Task<T> get_return_object() noexcept;
    template <typename U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
    Task<void> get_return_object() noexcept;
    void return_void() noexcept {}
};

}  // namespace detail

template <typename T = void>
class [[nodiscard]] Task {
  public:
    using promise_type = detail::TaskPromise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle handle) noexcept : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    struct Awaiter {
        Handle handle;
        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> awaiter) const {
            handle.resume();
            if (handle.done()) return false;
            handle.promise().awaiter = awaiter;
            return true;
        }
        T await_resume() const {
            auto& promise = handle.promise();
            if (promise.exception) std::rethrow_exception(promise.exception);
            if constexpr (!std::is_void_v<T>) return std::move(*promise.value);
        }
    };
    Awaiter operator co_await() const& noexcept { return Awaiter{handle_}; }

  private:
    Handle handle_;
};

namespace detail {

template <typename T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<TaskPromise<T>>::from_promise(*this));
}

inline Task<void> TaskPromise<void>::get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<TaskPromise<void>>::from_promise(*this));
}

}  // namespace detail
}  // namespace leasehold::net
