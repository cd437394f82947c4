#include "proxy/memory_budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/jemalloc.h"
#include "base/log.h"
#include "base/memory_account.h"
#include "base/mysql_errors.h"
#include "proxy/memory_limit.h"

namespace leasehold::proxy {
namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 200ms;
constexpr auto shrink_interval = 1s;
constexpr double default_share = 0.8;  // of what the machine has
constexpr double warn_share = 0.9;     // of the watermark
constexpr double calm_share = 0.8;     // of the watermark: below it the next warning is due again
constexpr double leave_share = 0.97;   // of a mark: below it the level is left, so that it does not flap

// Parts that can grow by megabytes between two looks.
std::uint64_t growing_bytes() {
    return memory_of(MemoryPart::statements) + memory_of(MemoryPart::merges) + memory_of(MemoryPart::gathers);
}

std::uint64_t share(std::uint64_t bytes, double of) {
    return static_cast<std::uint64_t>(static_cast<double>(bytes) * of);
}

std::string mebibytes(std::uint64_t bytes) {
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

// The parts that hold most, "statements 120.0 MiB, sessions 31.5 MiB, tls 8.1 MiB".
std::string holders() {
    const MemoryAccounts accounts = memory_accounts();
    std::array<std::size_t, memory_part_count> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = i;
    std::sort(parts.begin(), parts.end(),
              [&](std::size_t a, std::size_t b) { return accounts[a] > accounts[b]; });
    std::string text;
    for (std::size_t i = 0; i < 3; ++i) {
        text += fmt::format("{}{} {}", i == 0 ? "" : ", ", to_string(static_cast<MemoryPart>(parts[i])),
                            mebibytes(accounts[parts[i]]));
    }
    return text;
}

}  // namespace

MemoryBudget::MemoryBudget(const config::Memory& limits, std::function<void()> shrink)
    : MemoryBudget(limits, std::move(shrink), resident_memory, available_memory()) {}

MemoryBudget::MemoryBudget(const config::Memory& limits, std::function<void()> shrink,
                           std::function<std::uint64_t()> resident, std::uint64_t available)
    : shrink_(std::move(shrink)), resident_(std::move(resident)), available_(available) {
    set_limits(limits);
}

MemoryBudget::~MemoryBudget() {
    stop();
}

void MemoryBudget::set_limits(const config::Memory& limits) {
    const std::uint64_t limit = limits.limit != 0 ? limits.limit : share(available_, default_share);
    limit_ = limit;
    watermark_ = share(limit, limits.high_watermark);
    wait_ms_ = limits.wait_timeout.count();
}

void MemoryBudget::start() {
    thread_ = std::thread([this] { run(); });
}

void MemoryBudget::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    stopping_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void MemoryBudget::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_.wait_for(lock, look_interval, [this] { return stopped_; })) {
        lock.unlock();
        sample();
        lock.lock();
    }
}

void MemoryBudget::sample() {
    const std::uint64_t limit = this->limit();
    if (limit == 0) return;  // neither configured nor known
    const std::uint64_t growing = growing_bytes();
    const std::uint64_t used = resident_();
    growing_ = growing;
    used_ = used;
    warn(used);
    const MemoryLevel before = level();
    const auto above = [&](std::uint64_t mark, MemoryLevel its) {
        return used > (before >= its ? share(mark, leave_share) : mark);
    };
    const MemoryLevel now = above(limit, MemoryLevel::full)         ? MemoryLevel::full
                            : above(watermark(), MemoryLevel::high) ? MemoryLevel::high
                                                                    : MemoryLevel::normal;
    level_ = now;
    if (now > before) {
        log(LogLevel::warning,
            now == MemoryLevel::full ? "memory limit reached" : "memory above the watermark",
            {{"used", mebibytes(used)}, {"limit", mebibytes(limit)}, {"held_by", holders()}});
    } else if (now < before) {
        log(LogLevel::info,
            now == MemoryLevel::normal ? "memory below the watermark" : "memory below the limit",
            {{"used", mebibytes(used)}});
    }
    const auto at = std::chrono::steady_clock::now();
    if (now == MemoryLevel::normal || at < shrunk_ + shrink_interval) return;
    shrunk_ = at;
    shrink_();
    // Pages that jemalloc keeps for reuse: of all arenas (MALLCTL_ARENAS_ALL).
    (void)jemalloc::control("arena.4096.purge", nullptr, nullptr, nullptr, 0);
}

void MemoryBudget::warn(std::uint64_t used) {
    if (used < share(watermark(), calm_share)) warned_ = false;
    if (warned_ || used < share(watermark(), warn_share)) return;
    warned_ = true;
    log(LogLevel::warning, "memory nears the watermark",
        {{"used", mebibytes(used)}, {"watermark", mebibytes(watermark())}, {"held_by", holders()}});
}

bool MemoryBudget::has_room(std::uint64_t more) const {
    const std::uint64_t mark = watermark();
    if (mark == 0) return true;
    const std::uint64_t growing = growing_bytes();
    const std::uint64_t before = growing_.load(std::memory_order_relaxed);
    const std::uint64_t since = growing > before ? growing - before : 0;
    const std::uint64_t promised = promised_.load(std::memory_order_relaxed);
    return level() == MemoryLevel::normal && used() + since + promised + more <= mark;
}

std::chrono::milliseconds MemoryBudget::wait_timeout() const {
    return std::chrono::milliseconds(wait_ms_.load(std::memory_order_relaxed));
}

Error MemoryBudget::refusal(std::uint64_t more) const {
    return make_error(
        mysql_error::out_of_resources,
        fmt::format("Out of memory: {} of memory.limit {} are used{}; most of it by {}", mebibytes(used()),
                    mebibytes(limit()),
                    more == 0 ? "" : fmt::format(" and {} more were asked for", mebibytes(more)), holders()));
}

}  // namespace leasehold::proxy
