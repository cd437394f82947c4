#include "metrics/histogram.h"

namespace leasehold::metrics {

void Histogram::add(const DurationHistogram& counters) {
    if (bounds.empty()) {
        for (const std::uint64_t us : DurationHistogram::bounds_us)
            bounds.push_back(static_cast<double>(us) / 1e6);
        cumulative.assign(DurationHistogram::bucket_count, 0);
    }
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < DurationHistogram::bucket_count; ++i) {
        so_far += counters.bucket(i);
        cumulative[i] += so_far;
    }
    sum += static_cast<double>(counters.sum_us()) / 1e6;
}

double Histogram::quantile(double share) const {
    if (count() == 0 || bounds.empty()) return 0;
    const double wanted = share * static_cast<double>(count());
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        if (static_cast<double>(cumulative[i]) >= wanted) return bounds[i];
    }
    return bounds.back();
}

}  // namespace leasehold::metrics
