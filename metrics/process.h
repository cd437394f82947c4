// The process's own figures, under the names that every Prometheus client library gives them (process_*).
// Thread: any. Source: proc(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace leasehold::metrics {

// Empty members could not be read.
struct ProcessFigures {
    std::optional<double> cpu_seconds;         // user and system
    std::optional<double> start_time_seconds;  // since the epoch
    std::optional<std::uint64_t> resident_bytes;
    std::optional<std::uint64_t> virtual_bytes;
    std::optional<std::uint64_t> open_fds;
    std::optional<std::uint64_t> max_fds;
    std::optional<std::uint64_t> threads;
};

ProcessFigures read_process_figures();

// What /proc/self/stat says, apart from the boot time and the units that it is counted in.
struct ProcessStat {
    std::uint64_t cpu_ticks = 0;    // utime + stime
    std::uint64_t start_ticks = 0;  // since boot
    std::uint64_t virtual_bytes = 0;
    std::uint64_t resident_pages = 0;
    std::uint64_t threads = 0;
};
std::optional<ProcessStat> parse_process_stat(std::string_view text);
// The `btime` line of /proc/stat.
std::optional<std::uint64_t> parse_boot_time(std::string_view text);

}  // namespace leasehold::metrics
