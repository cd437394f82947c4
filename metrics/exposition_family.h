// One metric family being made: samples with equal labels become one. Private to exposition*.cpp: it includes
// Prometheus.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/histogram.h"
#include "metrics/process.h"
#include "metrics/snapshot.h"

namespace leasehold::metrics {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

// What two samples with the same labels become: counts add up, states and lags are as bad as the worst says.
enum class Merge { add, larger };

class Family {
  public:
    Family(std::string name, std::string help, prometheus::MetricType type, Merge merge = Merge::add);

    void add(const Labels& labels, double value);
    void add(const Labels& labels, std::uint64_t value) { add(labels, static_cast<double>(value)); }
    void add(const Labels& labels, const Histogram& histogram);

    prometheus::MetricFamily take() && { return std::move(family_); }

  private:
    prometheus::ClientMetric& metric(const Labels& labels);
    double& value_of(prometheus::ClientMetric& metric) const;

    prometheus::MetricFamily family_;
    Merge merge_;
    std::map<std::vector<std::string>, std::size_t> by_labels_;
};

using Families = std::vector<Family>;

// Each gives the families of one concern.
Families tablet_families(const Snapshot& snapshot);
Families statement_families(const Snapshot& snapshot);
Families process_families(const Snapshot& snapshot, const ProcessFigures& process);

}  // namespace leasehold::metrics
