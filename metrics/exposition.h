// A snapshot as Prometheus text (exposition format 0.0.4), with the names of docs/metrics.md. The one place
// that knows Prometheus; its headers stay in the .cpp. Thread: any, not a worker's: it formats a few hundred
// lines. Source: prometheus.io, "Exposition formats".
#pragma once

#include <string>

#include "metrics/process.h"
#include "metrics/snapshot.h"

namespace leasehold::metrics {

inline constexpr const char* exposition_content_type = "text/plain; version=0.0.4; charset=utf-8";

// Series with the same labels (a tablet that is being replaced by a reload) are added up, never written
// twice. Error codes beyond max_error_codes a keyspace are added up as "other".
std::string render(const Snapshot& snapshot, const ProcessFigures& process);
// With this process's own figures.
std::string render(const Snapshot& snapshot);

}  // namespace leasehold::metrics
