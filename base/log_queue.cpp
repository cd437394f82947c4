#include "base/log_queue.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "base/memory_account.h"

namespace leasehold {
namespace {

constexpr std::chrono::seconds last_patience{1};
// Room that is kept between bursts.
constexpr std::size_t kept_capacity = 16 * 1024;

}  // namespace

struct LogQueue::State {
    State(int file_, std::size_t limit_) : file(file_), limit(limit_) {}

    void account() { memory.set(waiting.capacity() + writing.capacity()); }

    const int file;
    std::mutex mutex;
    std::condition_variable more, written;
    std::size_t limit;
    bool ending = false;
    bool ended = false;  // the thread has left
    std::string waiting;
    std::size_t in_flight = 0;  // bytes of `writing`
    std::uint64_t told = 0;     // of `lost`
    MemoryCharge memory{MemoryPart::logs};
    std::atomic<std::uint64_t> lost{0};

    // The thread's, which changes them under the mutex.
    std::string writing;
    bool line_cut = false;  // the file ends in a part of a line
};

LogQueue::LogQueue(int file, std::size_t limit) : state_(std::make_shared<State>(file, limit)) {
    std::thread([state = state_] { run(*state); }).detach();
}

LogQueue::~LogQueue() {
    std::unique_lock lock(state_->mutex);
    state_->ending = true;
    state_->more.notify_all();
    state_->written.wait_for(lock, last_patience, [this] { return state_->ended; });
}

void LogQueue::push(std::string_view line) {
    const std::lock_guard lock(state_->mutex);
    if (state_->waiting.size() + state_->in_flight + line.size() > state_->limit) {
        state_->lost.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    state_->waiting += line;
    state_->account();
    state_->more.notify_one();
}

void LogQueue::set_limit(std::size_t bytes) {
    const std::lock_guard lock(state_->mutex);
    state_->limit = bytes;
}

std::uint64_t LogQueue::lost() const {
    return state_->lost.load(std::memory_order_relaxed);
}

std::uint64_t LogQueue::take_lost() {
    const std::uint64_t lost = this->lost();
    const std::lock_guard lock(state_->mutex);
    if (lost <= state_->told || state_->waiting.size() + state_->in_flight > state_->limit / 2) return 0;
    return lost - std::exchange(state_->told, lost);
}

bool LogQueue::flush(std::chrono::milliseconds patience) {
    std::unique_lock lock(state_->mutex);
    return state_->written.wait_for(lock, patience,
                                    [this] { return state_->waiting.empty() && state_->in_flight == 0; });
}

void LogQueue::run(State& state) {
    std::unique_lock lock(state.mutex);
    for (;;) {
        state.more.wait(lock, [&] { return state.ending || !state.waiting.empty(); });
        if (state.waiting.empty()) break;
        std::swap(state.waiting, state.writing);
        state.in_flight = state.writing.size();
        lock.unlock();
        write_out(state, state.writing);
        lock.lock();
        state.in_flight = 0;
        state.writing.clear();
        if (state.writing.capacity() > kept_capacity) state.writing.shrink_to_fit();
        state.account();
        state.written.notify_all();
    }
    std::string().swap(state.waiting);
    std::string().swap(state.writing);
    state.memory.set(0);
    state.ended = true;
    state.written.notify_all();
}

void LogQueue::write_out(State& state, std::string_view lines) {
    if (state.line_cut && ::write(state.file, "\n", 1) == 1) state.line_cut = false;
    while (!lines.empty()) {
        const ssize_t n = ::write(state.file, lines.data(), lines.size());
        if (n > 0) {
            state.line_cut = lines[static_cast<std::size_t>(n) - 1] != '\n';
            lines.remove_prefix(static_cast<std::size_t>(n));
        } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            pollfd ready{state.file, POLLOUT, 0};  // a pipe that somebody else has set so
            ::poll(&ready, 1, -1);
        } else if (n == 0 || errno != EINTR) {  // a full disk, a pipe without a reader
            state.lost.fetch_add(static_cast<std::uint64_t>(std::ranges::count(lines, '\n')),
                                 std::memory_order_relaxed);
            return;
        }
    }
}

}  // namespace leasehold
