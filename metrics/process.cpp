#include "metrics/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace leasehold::metrics {
namespace {

// /proc files have no size: read until the end, but not without one.
std::optional<std::string> read_file(const char* name) {
    const int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    std::string text;
    char buffer[4096];
    while (text.size() < (1U << 20)) {
        const ssize_t got = read(fd, buffer, sizeof buffer);
        if (got <= 0) break;
        text.append(buffer, static_cast<std::size_t>(got));
    }
    close(fd);
    return text;
}

std::optional<std::uint64_t> count_open_fds() {
    DIR* folder = opendir("/proc/self/fd");
    if (folder == nullptr) return std::nullopt;
    std::uint64_t entries = 0;
    while (readdir(folder) != nullptr) ++entries;
    closedir(folder);
    // Not the two dots, nor the descriptor that did the counting.
    return entries > 3 ? entries - 3 : 0;
}

std::optional<std::uint64_t> to_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view next_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(" \n"));
    text.remove_prefix(word.size());
    return word;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
    // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(name_end + 1);
    ProcessStat stat;
    // Numbered as in proc(5); the state, a letter, is the third.
    for (int field = 3; field <= 24; ++field) {
        const std::string_view word = next_word(text);
        if (word.empty()) return std::nullopt;
        switch (field) {
            case 14:
            case 15:
                if (const auto ticks = to_number(word)) {
                    stat.cpu_ticks += *ticks;
                } else {
                    return std::nullopt;
                }
                break;
            case 20:
                stat.threads = to_number(word).value_or(0);
                break;
            case 22:
                stat.start_ticks = to_number(word).value_or(0);
                break;
            case 23:
                stat.virtual_bytes = to_number(word).value_or(0);
                break;
            case 24:
                stat.resident_pages = to_number(word).value_or(0);
                break;
            default:
                break;
        }
    }
    return stat;
}

std::optional<std::uint64_t> parse_boot_time(std::string_view text) {
    constexpr std::string_view key = "btime ";
    std::size_t at = text.starts_with(key) ? 0 : text.find("\nbtime ");
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at == 0 && text.starts_with(key) ? key.size() : at + 1 + key.size());
    return to_number(next_word(text));
}

ProcessFigures read_process_figures() {
    ProcessFigures figures;
    const double ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto stat_text = read_file("/proc/self/stat");
    if (const auto stat = stat_text ? parse_process_stat(*stat_text) : std::nullopt) {
        figures.cpu_seconds = static_cast<double>(stat->cpu_ticks) / ticks_per_second;
        figures.virtual_bytes = stat->virtual_bytes;
        figures.resident_bytes = stat->resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
        figures.threads = stat->threads;
        const auto boot_text = read_file("/proc/stat");
        if (const auto boot = boot_text ? parse_boot_time(*boot_text) : std::nullopt) {
            figures.start_time_seconds =
                static_cast<double>(*boot) + static_cast<double>(stat->start_ticks) / ticks_per_second;
        }
    }
    figures.open_fds = count_open_fds();
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.max_fds = limit.rlim_cur;
    return figures;
}

}  // namespace leasehold::metrics
