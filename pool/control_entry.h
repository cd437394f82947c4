// One tablet as the control plane sees it. Private to control_plane.cpp and control_turn.cpp.
// Thread: `tablet` is immutable; `connection` belongs to the thread that made the entry busy; all else is
// guarded by the control plane's lock.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "pool/control_connection.h"
#include "pool/control_kills.h"
#include "pool/control_probe.h"
#include "pool/health.h"
#include "pool/tablet.h"

namespace leasehold::pool {

struct ControlEntry {
    ControlEntry(std::shared_ptr<Tablet> t, const config::Health& limits)
        : tablet(std::move(t)), rise_fall(limits, tablet->up()) {}

    const std::shared_ptr<Tablet> tablet;
    bool looked_after = true;  // else only its queued kills keep it here
    bool busy = false;
    std::chrono::steady_clock::time_point probe_due{};
    std::chrono::steady_clock::time_point kills_due{};
    RiseFall rise_fall;
    TabletHealth health;
    KillQueue kills;
    std::unique_ptr<ControlConnection> connection;
};

// What one turn at a tablet found; made without the lock, entered under it.
struct ProbeResult {
    std::optional<Error> error;
    bool alive = false;              // with an error: it answers, but takes no further connection
    std::optional<Learned> learned;  // when a connection was made
    Observation observation;
    std::chrono::steady_clock::time_point began{};
    std::chrono::microseconds took{0};
};
// Asks the tablet how it is, over the connection that is kept or a new one: a kept one that turns out to be
// closed says nothing about the tablet.
ProbeResult probe(ControlEntry& entry, std::chrono::milliseconds timeout);

struct KillResult {
    std::optional<Error> error;      // the connection could not be made or kept
    std::optional<Learned> learned;  // when a connection was made
    std::uint64_t sent = 0;
    std::uint64_t refused = 0;             // by the tablet
    std::vector<KillQueue::Entry> unsent;  // to be put back, in order
    std::uint64_t stale = 0;  // meant for a tablet that has restarted since, or too late, or too late
};
KillResult send_kills(ControlEntry& entry, std::vector<KillQueue::Entry> kills,
                      std::chrono::milliseconds timeout);

}  // namespace leasehold::pool
