#include "proxy/memory_limit.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace leasehold::proxy {
namespace {

std::optional<std::string> read_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    std::string text(4096, '\0');
    const ssize_t got = ::read(file, text.data(), text.size());
    ::close(file);
    if (got < 0) return std::nullopt;
    text.resize(static_cast<std::size_t>(got));
    return text;
}

// "max" and anything else that is no number: none.
std::optional<std::uint64_t> number_at(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data()) return std::nullopt;
    return value;
}

// What follows `key` on its line.
std::optional<std::string_view> after(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        if (line.starts_with(key)) return line.substr(key.size());
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::nullopt;
}

class Least {
  public:
    void offer(std::optional<std::uint64_t> value) {
        if (value && *value > 0 && (least_ == 0 || *value < least_)) least_ = *value;
    }
    std::uint64_t get() const { return least_; }

  private:
    std::uint64_t least_ = 0;
};

}  // namespace

std::uint64_t available_memory(const FileReader& read) {
    Least least;
    if (const auto memory = read("/proc/meminfo")) {
        const auto total = after(*memory, "MemTotal:");
        if (const auto kib = total ? number_at(*total) : std::nullopt) least.offer(*kib * 1024);
    }
    const auto offer_file = [&](const std::string& path) {
        if (const auto text = read(path)) least.offer(number_at(*text));
    };
    if (const auto groups = read("/proc/self/cgroup")) {
        // Version 2 has one line, "0::/path"; the limits of the groups above hold as well.
        if (const auto path = after(*groups, "0::")) {
            std::string group(*path);
            while (!group.empty() && group != "/") {
                offer_file("/sys/fs/cgroup" + group + "/memory.max");
                group.erase(group.rfind('/'));
            }
        }
    }
    offer_file("/sys/fs/cgroup/memory.max");                    // a container's own root
    offer_file("/sys/fs/cgroup/memory/memory.limit_in_bytes");  // version 1
    return least.get();
}

std::uint64_t available_memory() {
    return available_memory(read_file);
}

std::uint64_t resident_memory() {
    const auto text = read_file("/proc/self/statm");
    if (!text) return 0;
    const std::size_t second = text->find(' ');
    const auto pages = second == std::string::npos ? std::nullopt : number_at(text->substr(second));
    return pages.value_or(0) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace leasehold::proxy
