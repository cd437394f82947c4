#include "metrics/exposition_family.h"

#include <algorithm>

namespace leasehold::metrics {

Family::Family(std::string name, std::string help, prometheus::MetricType type, Merge merge) : merge_(merge) {
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
}

prometheus::ClientMetric& Family::metric(const Labels& labels) {
    std::vector<std::string> key;
    key.reserve(labels.size());
    for (const auto& [name, value] : labels) key.push_back(value);
    const auto [at, is_new] = by_labels_.emplace(std::move(key), family_.metric.size());
    if (is_new) {
        prometheus::ClientMetric made;
        for (const auto& [name, value] : labels) made.label.push_back({std::string(name), value});
        family_.metric.push_back(std::move(made));
    }
    return family_.metric[at->second];
}

double& Family::value_of(prometheus::ClientMetric& metric) const {
    switch (family_.type) {
        case prometheus::MetricType::Counter:
            return metric.counter.value;
        case prometheus::MetricType::Gauge:
            return metric.gauge.value;
        default:
            return metric.untyped.value;
    }
}

void Family::add(const Labels& labels, double value) {
    double& sum = value_of(metric(labels));
    sum = merge_ == Merge::add ? sum + value : std::max(sum, value);
}

void Family::add(const Labels& labels, const Histogram& histogram) {
    auto& sum = metric(labels).histogram;
    sum.sample_count += histogram.count();
    sum.sample_sum += histogram.sum;
    // The serializer writes the +Inf bucket from the count.
    if (sum.bucket.empty()) {
        for (const double bound : histogram.bounds) sum.bucket.push_back({0, bound});
    }
    for (std::size_t i = 0; i < std::min(sum.bucket.size(), histogram.cumulative.size()); ++i) {
        sum.bucket[i].cumulative_count += histogram.cumulative[i];
    }
}

}  // namespace leasehold::metrics
