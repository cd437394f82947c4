// What one pool counts. Written by its worker, read by the metrics of any thread; summed over workers there.
#pragma once

#include <array>

#include "base/counter.h"
#include "pool/connection.h"
#include "pool/disposition.h"
#include "pool/reason.h"

namespace leasehold::pool {

struct PoolCounters {
    std::array<Counter, connection_state_count> connections;  // by ConnectionState
    Counter opened;
    std::array<Counter, close_cause_count> closed;
    Counter leases_plain, leases_reserved;
    std::array<Counter, 3> returned;             // by Disposition
    std::array<Counter, reason_count> reserved;  // leases that have this reason now
    std::array<Counter, reason_count> reserved_total;
    Counter waiters;
    Counter waits_timed_out, waits_refused;
    DurationHistogram wait;  // granted, timed out and cancelled alike
    Counter longest_wait_us;

    std::uint64_t closed_total() const {
        std::uint64_t sum = 0;
        for (const Counter& counter : closed) sum += counter.get();
        return sum;
    }
};

}  // namespace leasehold::pool
