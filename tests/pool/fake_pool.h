// A pool on a loop whose clock the test moves, with a connector that does what the test says. No thread, no
// tablet: the "tablet" end of each connection is the other end of a socket pair.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/mysql_errors.h"
#include "net/worker.h"
#include "pool/pool.h"

namespace leasehold::pool::test {

using namespace std::chrono_literals;

// Runs what a worker's loop would, but its clock stands still until the test moves it.
class FakeLoop final : public net::Loop {
  public:
    net::TimePoint now() const override { return now_; }
    net::Deadlines& deadlines() override { return deadlines_; }
    void resume_soon(net::Sleeper& sleeper) noexcept override { ready_.push_back(sleeper); }
    void spawn(net::Task<void> task) override { start(std::move(task)); }
    void post(std::function<void()> work) override { posted_.push_back(std::move(work)); }

    // Resumes everything that is ready, until nothing is.
    void run() {
        while (!ready_.empty() || !posted_.empty()) {
            if (!ready_.empty()) {
                net::Sleeper& next = ready_.front();
                ready_.pop_front();
                next.resume();
            } else {
                auto work = std::move(posted_.front());
                posted_.pop_front();
                work();
            }
        }
    }
    void advance(net::Clock::duration by) {
        now_ += by;
        deadlines_.expire(now_);
        run();
    }
    std::size_t running() const { return running_; }

  private:
    struct Root {
        struct promise_type {
            Root get_return_object() noexcept { return {}; }
            std::suspend_never initial_suspend() noexcept { return {}; }
            std::suspend_never final_suspend() noexcept { return {}; }
            void return_void() noexcept {}
            void unhandled_exception() noexcept { std::terminate(); }
        };
    };
    Root start(net::Task<void> task) {
        ++running_;
        co_await task;
        --running_;
    }

    net::TimePoint now_{std::chrono::hours(1)};
    net::Deadlines deadlines_{[](net::TimePoint) {}};
    net::intrusive::list<net::Sleeper> ready_;
    std::deque<std::function<void()>> posted_;
    std::size_t running_ = 0;
};

class FakeConnector final : public Connector {
  public:
    explicit FakeConnector(FakeLoop& loop) : loop_(loop), worker_(0) {}
    ~FakeConnector() {
        for (const int fd : far_ends) ::close(fd);
    }

    net::Task<Result<void>> dial(const Tablet&, Connection& connection) override {
        ++dials;
        if (slow_dials) co_await net::Pause(loop_, never_, loop_.now() + 10ms);
        if (refuse) co_return make_error(mysql_error::cannot_connect, "connection refused");
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) {
            co_return make_error(mysql_error::cannot_connect, "no socket");
        }
        far_ends.push_back(ends[1]);
        connection.channel.emplace(worker_, ends[0], true, 64);
        connection.tablet_thread_id = static_cast<std::uint32_t>(dials);
        co_return Result<void>();
    }
    net::Task<Result<void>> restore(const Tablet&, Connection& connection) override {
        ++restores;
        if (fail_restore) co_return make_error(mysql_error::server_lost, "gone");
        connection.condition = {};
        connection.settings = nullptr;
        co_return Result<void>();
    }
    void kill(const Tablet&, std::uint32_t id) noexcept override { killed.push_back(id); }
    // Lets the channels' own Asio operations complete.
    void poll() { worker_.context().poll(); }

    int dials = 0, restores = 0;
    bool refuse = false, fail_restore = false, slow_dials = false;
    std::vector<std::uint32_t> killed;
    std::vector<int> far_ends;

  private:
    FakeLoop& loop_;
    net::Interrupt never_;
    net::Worker worker_;
};

struct FakeNeighbours final : Neighbours {
    void poke(const Tablet&, std::uint64_t workers) noexcept override { poked |= workers; }
    void ask(const Tablet&, unsigned worker, std::size_t connections) noexcept override {
        asked.emplace_back(worker, connections);
    }
    std::uint64_t poked = 0;
    std::vector<std::pair<unsigned, std::size_t>> asked;
};

inline config::Pool small_pool(std::uint32_t size, std::uint32_t reserved) {
    config::Pool limits;
    limits.size = size;
    limits.reserved = reserved;
    limits.wait_timeout = 1s;
    limits.max_waiters = 10'000;
    limits.idle_timeout = 30s;
    limits.max_lifetime = 0ms;
    return limits;
}

// A pool and everything around it.
struct Rig {
    explicit Rig(config::Pool limits = small_pool(2, 2), unsigned workers = 1)
        : tablet(std::make_shared<Tablet>(TabletSpec{"ks",
                                                     "-",
                                                     TabletType::primary,
                                                     "db",
                                                     {"127.0.0.1", 1, ""},
                                                     "u",
                                                     "p",
                                                     config::TlsMode::disabled,
                                                     nullptr,
                                                     {}},
                                          limits)),
          connector(loop),
          pool(loop, tablet, connector, neighbours, PoolOptions{0, workers, 4}) {}
    ~Rig() {
        pool.close();
        settle();
    }
    void settle() {
        for (int i = 0; i < 4; ++i) {
            connector.poll();
            loop.run();
        }
    }

    // The conservation law, and every list against its counter.
    bool law_holds() const {
        const PoolCounters& c = pool.counters();
        std::uint64_t held = 0;
        for (const Counter& counter : c.connections) held += counter.get();
        return c.opened.get() - c.closed_total() == held && held == pool.total() &&
               held == Connection::live();
    }

    FakeLoop loop;
    std::shared_ptr<Tablet> tablet;
    FakeConnector connector;
    FakeNeighbours neighbours;
    Pool pool;
};

// One client that acquires and then holds what it got until told otherwise.
struct Client {
    explicit Client(Rig& r, bool reserved = false, wire::Capabilities profile = 0) : rig(r) {
        want.reserved = reserved;
        want.profile = profile;
    }
    // A client that is gone while it waits interrupts its wait, as a session's does.
    ~Client() {
        if (!started || done) return;
        interrupt.raise(net::InterruptReason::client_gone);
        rig.loop.run();
    }
    void start() {
        started = true;
        rig.loop.spawn(acquire(*this));
    }
    static net::Task<void> acquire(Client& client) {
        Result<Lease> got = co_await client.rig.pool.acquire(client.want, client.interrupt);
        if (got) {
            client.lease = std::move(*got);
        } else {
            client.error = got.error();
        }
        client.done = true;
    }
    Rig& rig;
    Want want;
    net::Interrupt interrupt;
    Lease lease;
    std::optional<Error> error;
    bool started = false;
    bool done = false;
};

}  // namespace leasehold::pool::test
