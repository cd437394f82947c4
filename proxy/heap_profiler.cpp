#include "proxy/heap_profiler.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <utility>

#include "base/jemalloc.h"
#include "base/log.h"
#include "base/mysql_errors.h"
#include "proxy/heap_profile_file.h"

namespace leasehold::proxy {
namespace {

Error refusal(std::string why) {
    return make_error(mysql_error::unknown_error, std::move(why));
}

Result<std::string> read_back(int file, std::uint64_t max_bytes) {
    struct stat status {};
    if (::fstat(file, &status) != 0) return refusal("cannot read the heap profile");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > max_bytes) {
        return refusal(
            fmt::format("the heap profile has {} bytes, memory.profile_size allows {}", size, max_bytes));
    }
    std::string text(size, '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t got = ::pread(file, text.data() + done, text.size() - done, static_cast<off_t>(done));
        if (got <= 0) return refusal("cannot read the heap profile");
        done += static_cast<std::size_t>(got);
    }
    return text;
}

}  // namespace

HeapProfiler::HeapProfiler(const config::Memory& limits) : limits_(limits) {
    if (!limits.profiling) return;
    const Result<void> switched = set_active(true);
    if (!switched)
        log(LogLevel::warning, "memory.profiling", {{"error", std::string(switched.error().message)}});
}

HeapProfiler::~HeapProfiler() {
    stop();
}

void HeapProfiler::set_limits(const config::Memory& limits) {
    bool changed = false;
    {
        const std::lock_guard lock(mutex_);
        changed = limits.profiling != limits_.profiling;
        limits_ = limits;
    }
    if (changed) (void)set_active(limits.profiling);
}

Result<void> HeapProfiler::set_active(bool on) {
    const std::lock_guard lock(mutex_);
    return switch_to(on);
}

Result<void> HeapProfiler::switch_to(bool on) {
    if (!jemalloc::read<bool>("opt.prof").value_or(false)) {
        return refusal("heap profiling needs jemalloc with profiling (MALLOC_CONF may have switched it off)");
    }
    if (on == active()) return {};
    if (on) {
        const auto interval = static_cast<std::size_t>(std::bit_width(limits_.profiling_interval) - 1);
        if (const int failed = jemalloc::write("prof.reset", interval); failed != 0)
            return refusal(fmt::format("jemalloc's prof.reset failed with {}", failed));
    }
    if (const int failed = jemalloc::write("prof.active", on); failed != 0)
        return refusal(fmt::format("jemalloc's prof.active failed with {}", failed));
    log(LogLevel::info, on ? "heap profiling is on" : "heap profiling is off", {});
    return {};
}

bool HeapProfiler::active() const {
    return jemalloc::read<bool>("prof.active").value_or(false);
}

Result<void> HeapProfiler::begin_profile() {
    const auto now = std::chrono::steady_clock::now();
    if (stopped_) return refusal("the process is ending");
    if (running_) return refusal("another heap profile is being taken");
    if (now < next_) {
        return refusal(fmt::format("the last heap profile is too recent: memory.profile_pause is {} ms",
                                   limits_.profile_pause.count()));
    }
    running_ = true;
    return {};
}

void HeapProfiler::end_profile() {
    const std::lock_guard lock(mutex_);
    running_ = false;
    next_ = std::chrono::steady_clock::now() + limits_.profile_pause;
}

// jemalloc writes files only, and tells nothing of why it could not: it writes to memory, and we from there.
Result<std::string> HeapProfiler::take(std::uint64_t max_bytes) const {
    const int file = ::memfd_create("heap-profile", MFD_CLOEXEC);
    if (file < 0) return refusal("cannot make room for the heap profile");
    const std::string name = fmt::format("/proc/self/fd/{}", file);
    const char* path = name.c_str();
    const int failed = jemalloc::write("prof.dump", path);
    Result<std::string> text =
        failed == 0
            ? read_back(file, max_bytes)
            : Result<std::string>(refusal(fmt::format("jemalloc's prof.dump failed with {}", failed)));
    ::close(file);
    return text;
}

void HeapProfiler::dump(std::function<void(Result<std::string>)> then) {
    std::unique_lock lock(mutex_);
    Result<void> begun = active() ? begin_profile()
                                  : Result<void>(refusal("heap profiling is off; SET memory_profiling = ON"));
    if (!begun) {
        lock.unlock();
        return then(begun.error());
    }
    if (writer_.joinable()) writer_.join();  // has said that it is done: ends at once
    writer_ = std::thread([this, limits = limits_, report = std::move(then)] {
        Result<std::string> text = take(limits.profile_size);
        Result<std::string> path =
            text ? write_heap_profile(limits.profile_folder,
                                      heap_profile_name(std::chrono::system_clock::now(), ::getpid()), *text,
                                      limits.profile_files)
                 : std::move(text);
        if (path) {
            log(LogLevel::info, "heap profile written", {{"file", *path}});
        } else {
            log(LogLevel::warning, "no heap profile", {{"error", path.error().message}});
            if (path.error().code == 0) path = refusal(path.error().message);
        }
        end_profile();
        report(std::move(path));
    });
}

Result<std::string> HeapProfiler::observe(std::chrono::seconds during) {
    std::unique_lock lock(mutex_);
    const Result<void> begun = begin_profile();
    if (!begun) return begun.error();
    const bool was_active = active();
    const Result<void> switched = switch_to(true);
    if (switched && during.count() > 0) stopped_or_late_.wait_for(lock, during, [this] { return stopped_; });
    const std::uint64_t max_bytes = limits_.profile_size;
    lock.unlock();
    Result<std::string> text = switched ? take(max_bytes) : Result<std::string>(switched.error());
    if (!was_active) (void)set_active(false);
    end_profile();
    return text;
}

void HeapProfiler::stop() {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    stopped_or_late_.notify_all();
    std::thread writer = std::move(writer_);
    lock.unlock();
    if (writer.joinable()) writer.join();
}

}  // namespace leasehold::proxy
