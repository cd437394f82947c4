// A histogram as Prometheus has it: upper bounds in seconds, and for each how many observations were not
// above it. A plain value; made by adding up the counters of several workers. Any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "base/counter.h"

namespace leasehold::metrics {

struct Histogram {
    std::vector<double> bounds;             // seconds, rising; the last bucket (+Inf) has none
    std::vector<std::uint64_t> cumulative;  // one more than bounds; the last is the number of observations
    double sum = 0;                         // seconds

    std::uint64_t count() const { return cumulative.empty() ? 0 : cumulative.back(); }

    // Adds another worker's observations. Reads each bucket once; while its worker goes on counting, `sum`
    // may be a few observations ahead of the buckets.
    void add(const DurationHistogram& counters);

    // The bound under which `share` (0..1) of the observations lie; the highest bound when it is above all. 0
    // when there are none. Seconds.
    double quantile(double share) const;

    bool operator==(const Histogram&) const = default;
};

}  // namespace leasehold::metrics
