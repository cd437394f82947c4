// The control plane: a few threads that speak to the tablets over connections of their own, by Connector/C.
// They probe (Tablet::set_up), learn what a tablet is, follow its replication, and send KILL for what
// sessions abandoned. The data path never waits for them. Owner: main. Thread: every public function from any
// thread; none of them waits for a tablet but learn_now() and stop(). Errors: probes that fail are counted,
// logged once a change, and kept in TabletHealth.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "config/config.h"
#include "pool/health.h"
#include "pool/tablet.h"

namespace leasehold::pool {

struct ControlCounters {
    std::uint64_t probes = 0, probes_failed = 0;
    std::uint64_t kills_sent = 0;     // the tablet took it, or the connection was gone already
    std::uint64_t kills_dropped = 0;  // queue full, refused, too late, or the control plane stopped
    std::uint64_t kills_queued = 0;   // now
};

class ControlPlane {
  public:
    static constexpr std::size_t max_queued_kills = 10'000;  // all tablets together
    static constexpr std::chrono::seconds query_kill_lifetime{3};

    // Told once when probes have marked a tablet down, on a thread of the control plane; may not call it
    // back.
    using OnDown = std::function<void(const Tablet&)>;

    // Starts no thread yet.
    explicit ControlPlane(const config::Health& limits, OnDown on_down = {}, unsigned threads = 4);
    ~ControlPlane();
    ControlPlane(const ControlPlane&) = delete;
    ControlPlane& operator=(const ControlPlane&) = delete;

    // Probing from now on; before it only learn_now() does.
    void start();
    // Lets probes that run end (a few times the health timeout at most), drops what is queued.
    void stop();

    // The tablets to look after: at start-up and after a reload. What is known of those that stay is kept;
    // those that leave keep only their queued kills.
    void replace(std::vector<std::shared_ptr<Tablet>> tablets);
    void set_limits(const config::Health& limits);

    // Probes all tablets once, side by side, and returns when each has answered or failed, or after
    // `timeout`. How many could be reached. At start-up, so that the greeting has the tablets' version.
    std::size_t learn_now(std::chrono::milliseconds timeout);

    // What is known of a tablet; empty when it is not looked after.
    TabletHealth health(const Tablet& tablet) const;

    // Queues KILL CONNECTION of a tablet's thread. Kept while the control connection is made again; dropped
    // when the tablet turns out to have restarted since, for its thread ids then mean others.
    void kill(const std::shared_ptr<Tablet>& tablet, std::uint32_t thread_id) noexcept;
    // The same for a tablet that is looked after; nothing for another.
    void kill(const Tablet& tablet, std::uint32_t thread_id) noexcept;
    // Queues KILL QUERY, for a statement whose session wants to live on. It may reach the tablet when that
    // statement has ended: the caller keeps the connection from others' statements until the answer is read.
    // Dropped after query_kill_lifetime.
    void kill_query(const Tablet& tablet, std::uint32_t thread_id) noexcept;

    ControlCounters counters() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace leasehold::pool
