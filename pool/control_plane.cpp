#include "pool/control_plane.h"

#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "pool/control_entry.h"

namespace leasehold::pool {
namespace {

using Clock = std::chrono::steady_clock;
using EntryRef = std::shared_ptr<ControlEntry>;

constexpr std::size_t kills_a_turn = 100;
constexpr std::size_t max_learners = 32;
constexpr auto kill_retry = std::chrono::seconds(2);
// A tablet that was out of reach for so long has noticed by itself that its client is gone.
constexpr auto kill_lifetime = std::chrono::minutes(5);

// See pool/control_connection.h; for the calling thread only.
void block_sigpipe() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

struct ControlPlane::Impl {
    Impl(const config::Health& l, OnDown down, unsigned t)
        : on_down(std::move(down)), limits(l), thread_count(std::clamp(t, 1U, 16U)) {}

    // With the lock held.
    EntryRef find(const Tablet& tablet) const;
    EntryRef next_task(Clock::time_point now) const;
    Clock::time_point next_due() const;
    bool probe_is_due(const ControlEntry& entry, Clock::time_point now) const;
    void enter(ControlEntry& entry, ProbeResult result);
    void enter(ControlEntry& entry, KillResult result);
    void enter(ControlEntry& entry, const Learned& learned);
    void drop_kills_before(ControlEntry& entry, Clock::time_point time);
    void queue_kill(ControlEntry& entry, std::uint32_t thread_id, bool query_only);
    void kill_known(const Tablet& tablet, std::uint32_t thread_id, bool query_only) noexcept;

    void run();
    void learn_run(std::shared_ptr<std::vector<EntryRef>> todo);
    // One turn at a tablet; gives the lock away meanwhile. The entry's own thread has it until it comes back.
    void take_turn(std::unique_lock<std::mutex>& lock, const EntryRef& entry, bool only_probe);
    void kill_turn(std::unique_lock<std::mutex>& lock, ControlEntry& entry);
    // Gives up a reference; if it is the last one, without the lock: it closes a connection.
    static void release(std::unique_lock<std::mutex>& lock, EntryRef entry);
    void probe_turn(std::unique_lock<std::mutex>& lock, ControlEntry& entry);

    mutable std::mutex mutex;
    std::condition_variable work;    // something may be due
    std::condition_variable probed;  // a probe has ended
    const OnDown on_down;
    config::Health limits;
    const unsigned thread_count;
    std::vector<EntryRef> entries;
    ControlCounters counters;
    bool overflow_logged = false;
    bool stopping = false;
    std::vector<std::thread> threads;
    std::vector<std::thread> learners;  // of the last learn_now()
};

EntryRef ControlPlane::Impl::find(const Tablet& tablet) const {
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [&](const EntryRef& e) { return e->tablet.get() == &tablet; });
    return at == entries.end() ? nullptr : *at;
}

bool ControlPlane::Impl::probe_is_due(const ControlEntry& entry, Clock::time_point now) const {
    return entry.looked_after && limits.interval.count() > 0 && entry.probe_due <= now;
}

EntryRef ControlPlane::Impl::next_task(Clock::time_point now) const {
    EntryRef longest_due;
    Clock::time_point due_since{};
    for (const EntryRef& entry : entries) {
        if (entry->busy) continue;
        const bool kills = !entry->kills.empty() && entry->kills_due <= now;
        if (!kills && !probe_is_due(*entry, now)) continue;
        const Clock::time_point since = kills ? entry->kills_due : entry->probe_due;
        if (longest_due && since >= due_since) continue;
        longest_due = entry;
        due_since = since;
    }
    return longest_due;
}

Clock::time_point ControlPlane::Impl::next_due() const {
    // Bounded, for what is busy now has no time yet.
    Clock::time_point due = Clock::now() + std::chrono::seconds(60);
    for (const EntryRef& entry : entries) {
        if (entry->busy) continue;
        if (!entry->kills.empty()) due = std::min(due, entry->kills_due);
        if (entry->looked_after && limits.interval.count() > 0) due = std::min(due, entry->probe_due);
    }
    return due;
}

void ControlPlane::Impl::drop_kills_before(ControlEntry& entry, Clock::time_point time) {
    const std::size_t dropped = entry.kills.drop_before(time);
    counters.kills_dropped += dropped;
    counters.kills_queued -= dropped;
}

void ControlPlane::Impl::enter(ControlEntry& entry, const Learned& learned) {
    entry.health.identity = learned.identity;
    drop_kills_before(entry, learned.latest_start);
}

void ControlPlane::Impl::enter(ControlEntry& entry, ProbeResult result) {
    ++counters.probes;
    entry.probe_due = result.began + limits.interval;
    entry.health.probed_at = Clock::now();
    entry.health.probe_time = result.took;
    if (result.learned) enter(entry, *result.learned);
    entry.rise_fall.set_limits(limits);
    entry.rise_fall.assume(entry.tablet->up());
    if (result.error) {
        ++counters.probes_failed;
        entry.health.last_error = result.error->message;
        entry.tablet->set_last_error(result.error->message);
        drop_kills_before(entry, Clock::now() - kill_lifetime);
        if (!result.alive && entry.rise_fall.failed() == RiseFall::Change::went_down) {
            entry.tablet->set_up(false, result.error->message);
            if (on_down) on_down(*entry.tablet);
        }
    } else {
        entry.health.read_only = result.observation.read_only;
        entry.tablet->set_has_init_connect(result.observation.has_init_connect);
        entry.health.replication = std::move(result.observation.replication);
        if (entry.rise_fall.succeeded() == RiseFall::Change::went_up) entry.tablet->set_up(true, "probe");
        // What is queued need not wait for its own next try.
        entry.kills_due = {};
    }
    entry.health.failures = entry.rise_fall.failures();
}

void ControlPlane::Impl::enter(ControlEntry& entry, KillResult result) {
    const std::uint64_t done = result.sent + result.refused + result.stale;
    counters.kills_sent += result.sent;
    counters.kills_dropped += result.refused + result.stale;
    counters.kills_queued -= done;
    for (auto kill = result.unsent.rbegin(); kill != result.unsent.rend(); ++kill)
        entry.kills.put_back(*kill);
    if (result.learned) enter(entry, *result.learned);
    if (result.error) {
        entry.health.last_error = result.error->message;
        // A tablet that is probed is tried again when it answers its probe: threads must not wait for dead
        // ones twice.
        const bool probed_anyway = entry.looked_after && limits.interval.count() > 0;
        entry.kills_due = probed_anyway ? Clock::time_point::max() : Clock::now() + kill_retry;
        drop_kills_before(entry, Clock::now() - kill_lifetime);
    }
}

void ControlPlane::Impl::queue_kill(ControlEntry& entry, std::uint32_t thread_id, bool query_only) {
    if (stopping || counters.kills_queued >= max_queued_kills) {
        ++counters.kills_dropped;
        if (stopping || overflow_logged) return;
        overflow_logged = true;
        log(LogLevel::warning, "kill queue full",
            {{"tablet", entry.tablet->label()}, {"queued", counters.kills_queued}});
        return;
    }
    entry.kills.push({thread_id, Clock::now(), query_only});
    overflow_logged = false;
    ++counters.kills_queued;
    work.notify_one();
}

void ControlPlane::Impl::kill_turn(std::unique_lock<std::mutex>& lock, ControlEntry& entry) {
    std::vector<KillQueue::Entry> kills;
    while (kills.size() < kills_a_turn && !entry.kills.empty()) kills.push_back(*entry.kills.pop());
    const auto timeout = limits.timeout;
    lock.unlock();
    KillResult result = send_kills(entry, std::move(kills), timeout);
    lock.lock();
    enter(entry, std::move(result));
}

void ControlPlane::Impl::probe_turn(std::unique_lock<std::mutex>& lock, ControlEntry& entry) {
    const auto timeout = limits.timeout;
    lock.unlock();
    ProbeResult result = probe(entry, timeout);
    lock.lock();
    enter(entry, std::move(result));
}

void ControlPlane::Impl::take_turn(std::unique_lock<std::mutex>& lock, const EntryRef& entry,
                                   bool only_probe) {
    entry->busy = true;
    if (!only_probe && !entry->kills.empty() && entry->kills_due <= Clock::now()) {
        kill_turn(lock, *entry);
    } else {
        probe_turn(lock, *entry);
    }
    entry->busy = false;
    probed.notify_all();
    if (!entry->looked_after && entry->kills.empty()) std::erase(entries, entry);
    work.notify_one();
}

void ControlPlane::Impl::release(std::unique_lock<std::mutex>& lock, EntryRef entry) {
    if (entry.use_count() > 1) return;
    lock.unlock();
    entry.reset();
    lock.lock();
}

void ControlPlane::Impl::run() {
    block_sigpipe();
    std::unique_lock lock(mutex);
    while (!stopping) {
        EntryRef entry = next_task(Clock::now());
        if (!entry) {
            work.wait_until(lock, next_due());
            continue;
        }
        take_turn(lock, entry, false);
        release(lock, std::move(entry));
    }
}

void ControlPlane::Impl::learn_run(std::shared_ptr<std::vector<EntryRef>> todo) {
    block_sigpipe();
    std::unique_lock lock(mutex);
    while (!stopping && !todo->empty()) {
        EntryRef entry = std::move(todo->back());
        todo->pop_back();
        if (!entry->busy) take_turn(lock, entry, true);
        release(lock, std::move(entry));
    }
}

ControlPlane::ControlPlane(const config::Health& limits, OnDown on_down, unsigned threads)
    : impl_(std::make_unique<Impl>(limits, std::move(on_down), threads)) {}

ControlPlane::~ControlPlane() {
    stop();
}

void ControlPlane::start() {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->stopping) return;
    for (unsigned i = 0; i < impl_->thread_count; ++i)
        impl_->threads.emplace_back([impl = impl_.get()] { impl->run(); });
}

void ControlPlane::stop() {
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
        threads.swap(impl_->threads);
        for (std::thread& learner : impl_->learners) threads.push_back(std::move(learner));
        impl_->learners.clear();
    }
    impl_->work.notify_all();
    impl_->probed.notify_all();
    for (std::thread& thread : threads) thread.join();
    const std::lock_guard lock(impl_->mutex);
    for (const EntryRef& entry : impl_->entries) impl_->drop_kills_before(*entry, Clock::now());
}

void ControlPlane::replace(std::vector<std::shared_ptr<Tablet>> tablets) {
    std::vector<EntryRef> removed;  // outlives the lock: closing a connection may take a while
    const std::lock_guard lock(impl_->mutex);
    std::vector<EntryRef> kept;
    const Clock::time_point now = Clock::now();
    for (std::size_t i = 0; i < tablets.size(); ++i) {
        EntryRef entry = impl_->find(*tablets[i]);
        if (!entry) {
            entry = std::make_shared<ControlEntry>(std::move(tablets[i]), impl_->limits);
            entry->probe_due = now;  // it decides: not put off to spread the load
        }
        entry->looked_after = true;
        kept.push_back(std::move(entry));
    }
    for (EntryRef& entry : impl_->entries) {
        if (std::find(kept.begin(), kept.end(), entry) != kept.end()) continue;
        entry->looked_after = false;
        if (entry->kills.empty() && !entry->busy) {
            removed.push_back(std::move(entry));
        } else {
            kept.push_back(std::move(entry));
        }
    }
    impl_->entries = std::move(kept);
    impl_->work.notify_all();
}

void ControlPlane::set_limits(const config::Health& limits) {
    const std::lock_guard lock(impl_->mutex);
    impl_->limits = limits;
    impl_->work.notify_all();
}

std::size_t ControlPlane::learn_now(std::chrono::milliseconds timeout) {
    std::vector<EntryRef> all;  // outlives the lock, as everywhere
    std::unique_lock lock(impl_->mutex);
    std::vector<std::thread> earlier;
    earlier.swap(impl_->learners);
    lock.unlock();
    for (std::thread& thread : earlier) thread.join();
    lock.lock();
    if (impl_->stopping) return 0;
    const Clock::time_point began = Clock::now();
    for (const EntryRef& entry : impl_->entries) {
        if (!entry->looked_after) continue;
        entry->probe_due = began;  // in case a thread is busy with it otherwise
        all.push_back(entry);
    }
    const auto todo = std::make_shared<std::vector<EntryRef>>(all);
    for (std::size_t i = 0; i < std::min(all.size(), max_learners); ++i) {
        impl_->learners.emplace_back([impl = impl_.get(), todo] { impl->learn_run(todo); });
    }
    const auto answered = [&](const EntryRef& entry) { return entry->health.probed_at >= began; };
    impl_->probed.wait_until(lock, began + timeout, [&] {
        return impl_->stopping || std::all_of(all.begin(), all.end(), answered);
    });
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const EntryRef& entry) {
        return answered(entry) && entry->health.failures == 0;
    }));
}

TabletHealth ControlPlane::health(const Tablet& tablet) const {
    const std::lock_guard lock(impl_->mutex);
    const EntryRef entry = impl_->find(tablet);
    return entry ? entry->health : TabletHealth();
}

void ControlPlane::Impl::kill_known(const Tablet& tablet, std::uint32_t thread_id, bool query_only) noexcept {
    try {
        const std::lock_guard lock(mutex);
        if (const EntryRef entry = find(tablet)) {
            queue_kill(*entry, thread_id, query_only);
        } else {
            ++counters.kills_dropped;
        }
    } catch (...) {
        log(LogLevel::error, "kill not queued", {{"why", "out of memory"}});
    }
}

void ControlPlane::kill(const std::shared_ptr<Tablet>& tablet, std::uint32_t thread_id) noexcept {
    try {
        const std::lock_guard lock(impl_->mutex);
        EntryRef entry = impl_->find(*tablet);
        if (!entry) {
            entry = std::make_shared<ControlEntry>(tablet, impl_->limits);
            entry->looked_after = false;
            impl_->entries.push_back(entry);
        }
        impl_->queue_kill(*entry, thread_id, false);
    } catch (...) {
        log(LogLevel::error, "kill not queued", {{"why", "out of memory"}});
    }
}

void ControlPlane::kill(const Tablet& tablet, std::uint32_t thread_id) noexcept {
    impl_->kill_known(tablet, thread_id, false);
}

void ControlPlane::kill_query(const Tablet& tablet, std::uint32_t thread_id) noexcept {
    impl_->kill_known(tablet, thread_id, true);
}

ControlCounters ControlPlane::counters() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->counters;
}

}  // namespace leasehold::pool
