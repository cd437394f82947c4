// One session that waits for a lease. It lives in the frame of the waiting coroutine; a grant waits in it
// until the coroutine goes on, and goes back by itself if the frame dies first. Owner: Pool::acquire's frame.
// Thread: the worker's.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>

#include "net/sleeper.h"
#include "pool/lease.h"
#include "pool/settings.h"
#include "wire/capabilities.h"

namespace leasehold::pool {

namespace intrusive = boost::intrusive;

// What a session needs of a connection.
struct Want {
    wire::Capabilities profile = 0;  // must match
    SettingsRef settings;            // preferred: replayed where they differ
    bool reserved = false;           // takes a place under the reserved cap together with the connection
    std::uint64_t client_id = 0;
};

class Waiter : public intrusive::list_base_hook<intrusive::link_mode<intrusive::auto_unlink>> {
  public:
    explicit Waiter(const Want& w) : want(w), deadline(*this) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    // Once woken (granted, expired or interrupted) a waiter takes no grant any more.
    bool waiting() const { return !sleeper.woken(); }

    const Want& want;
    net::TimePoint since{};
    Lease granted;
    net::Sleeper sleeper;

    // Takes the waiter off the queue the moment it expires, so that nobody hands it anything.
    class Expiry final : public net::Deadline {
      public:
        explicit Expiry(Waiter& waiter) : waiter_(waiter) {}

      private:
        void on_deadline() noexcept override {
            waiter_.unlink();
            waiter_.sleeper.wake(net::Wake::deadline);
        }
        Waiter& waiter_;
    };
    Expiry deadline;
};

}  // namespace leasehold::pool
