#include "proxy/heap_profile_file.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <vector>

namespace leasehold::proxy {
namespace {

constexpr std::string_view prefix = "leasehold-";
constexpr std::string_view suffix = ".heap";

Error failure(const std::string& path, int number) {
    return make_error(0, fmt::format("cannot write {}: {}", path, std::generic_category().message(number)));
}

int write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

bool is_profile(const std::string& name) {
    return name.starts_with(prefix) && name.ends_with(suffix) && name.find('.') != std::string::npos;
}

// Room for one more beside `keep - 1`. What cannot be removed stays: the folder may not be ours alone.
void remove_oldest(const std::string& folder, std::uint32_t keep) {
    std::error_code failed;
    std::vector<std::string> names;
    for (std::filesystem::directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed)) {
        std::string name = at->path().filename().string();
        if (is_profile(name)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    for (std::size_t i = 0; i + keep <= names.size(); ++i) {
        std::filesystem::remove(std::filesystem::path(folder) / names[i], failed);
    }
}

}  // namespace

std::string heap_profile_name(std::chrono::system_clock::time_point at, int process) {
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch());
    const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
    return fmt::format("{}{:%Y%m%dT%H%M%S}.{:06}-{}{}", prefix, fmt::gmtime(seconds),
                       since.count() % 1'000'000, process, suffix);
}

Result<std::string> write_heap_profile(const std::string& folder, const std::string& name,
                                       std::string_view text, std::uint32_t keep) {
    remove_oldest(folder, keep);
    const std::string path = folder + (folder.ends_with('/') ? "" : "/") + name;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return failure(path, errno);
    int failed = write_all(file, text);
    // Some file systems tell of a full disk only here.
    if (::close(file) != 0 && failed == 0) failed = errno;
    if (failed == 0) return path;
    ::unlink(path.c_str());
    return failure(path, failed);
}

}  // namespace leasehold::proxy
