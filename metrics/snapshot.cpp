#include "metrics/snapshot.h"

namespace leasehold::metrics {

std::uint64_t TabletFigures::closed_total() const {
    std::uint64_t sum = 0;
    for (const NamedCount& cause : closed) sum += cause.count;
    return sum;
}

}  // namespace leasehold::metrics
