// An answer that comes by a callback on this worker's thread, waited for by a coroutine. Whichever is done
// first: an answer to a coroutine that was interrupted is dropped.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "net/sleeper.h"

namespace leasehold::proxy {

template <typename T>
class WaitedAnswer {
  public:
    WaitedAnswer(net::Loop& loop, net::Interrupt& interrupt)
        : loop_(loop), interrupt_(interrupt), shared_(std::make_shared<Shared>()) {}

    // To be called once, on the loop's thread.
    auto callback() {
        return [shared = shared_](T value) {
            shared->value = std::move(value);
            if (shared->sleeper != nullptr) shared->sleeper->wake(net::Wake::ready);
        };
    }

    bool await_ready() const { return shared_->value.has_value() || interrupt_.raised(); }
    void await_suspend(std::coroutine_handle<> coroutine) {
        sleeper_.sleep(loop_, coroutine);
        shared_->sleeper = &sleeper_;
        interrupt_.attach(sleeper_);
    }
    // Nothing: interrupted.
    std::optional<T> await_resume() {
        shared_->sleeper = nullptr;
        interrupt_.detach();
        return std::move(shared_->value);
    }

  private:
    struct Shared {
        std::optional<T> value;
        net::Sleeper* sleeper = nullptr;
    };
    net::Loop& loop_;
    net::Interrupt& interrupt_;
    std::shared_ptr<Shared> shared_;
    net::Sleeper sleeper_;
};

}  // namespace leasehold::proxy
