// The life of a connection, seen from its keeper: dial, hand over, wait for orders, restore or end.
#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "pool/pool.h"

namespace leasehold::pool {

using namespace std::chrono_literals;

namespace {

constexpr auto first_backoff = 20ms;
constexpr auto longest_backoff = 250ms;

}  // namespace

// The keeper sleeps here while its connection is idle or leased.
class Pool::Orders {
  public:
    Orders(Pool& pool, Connection& connection) : pool_(pool), connection_(connection) {}
    bool await_ready() const { return connection_.order_ != Connection::Order::none; }
    void await_suspend(std::coroutine_handle<> coroutine) {
        sleeper_.sleep(pool_.loop_, coroutine);
        connection_.keeper_ = &sleeper_;
    }
    Connection::Order await_resume() {
        connection_.keeper_ = nullptr;
        return std::exchange(connection_.order_, Connection::Order::none);
    }

  private:
    Pool& pool_;
    Connection& connection_;
    net::Sleeper sleeper_;
};

void Pool::order(Connection& connection, Connection::Order what, CloseCause cause, bool kill) noexcept {
    connection.order_ = what;
    connection.cause_ = cause;
    connection.kill_ = kill;
    transition(connection, ConnectionState::connecting);
    if (what == Connection::Order::close && connection.channel) connection.channel->close();
    if (connection.keeper_ != nullptr) connection.keeper_->wake(net::Wake::ready);
}

void Pool::open(wire::Capabilities profile) {
    auto* connection = new Connection(*this, profile, options_.statement_cap);
    counters_.opened.add();
    transition(*connection, ConnectionState::connecting);
    ++dialling_;
    loop_.spawn(keep(*connection));
}

net::Task<void> Pool::keep(Connection& connection) {
    connection.epoch = tablet_->epoch();
    const Result<void> dialled = co_await connector_.dial(*tablet_, connection);
    --dialling_;
    if (!dialled) {
        connection.cause_ = CloseCause::dial_failed;
        dial_failed(dialled.error());
    } else {
        failures_ = 0;
        tablet_->set_last_error({});
        const auto lifetime =
            std::chrono::duration_cast<std::chrono::milliseconds>(tablet_->limits().max_lifetime);
        connection.opened_at = loop_.now();
        connection.expires_at = net::TimePoint::max();
        if (lifetime > 0ms) {
            // Over the whole range, so that connections opened together do not end together.
            const auto range = static_cast<std::int64_t>(static_cast<double>(lifetime.count()) *
                                                         tablet_->limits().lifetime_jitter);
            std::uniform_int_distribution<std::int64_t> earlier(0, range);
            connection.expires_at =
                connection.opened_at + lifetime - std::chrono::milliseconds(earlier(random_));
        }
        bool usable = true;
        while (usable) {
            if (circumstance(connection).superseded) {
                connection.cause_ = CloseCause::superseded;
                break;
            }
            make_idle(connection);
            if (co_await Orders(*this, connection) == Connection::Order::close) break;
            const Result<void> restored = co_await connector_.restore(*tablet_, connection);
            usable = restored.has_value();
        }
    }
    retire(connection);
}

void Pool::dial_failed(const Error& error) {
    const net::TimePoint now = loop_.now();
    if (failures_++ == 0) failing_since_ = now;
    tablet_->set_last_error(error.message);
    const auto backoff = std::min<std::chrono::milliseconds>(
        first_backoff * (1 << std::min(failures_ - 1, 5u)), longest_backoff);
    std::uniform_int_distribution<std::int64_t> jitter(backoff.count() / 2, backoff.count());
    next_dial_ = now + std::chrono::milliseconds(jitter(random_));
    if (failures_ == 1) {
        log(LogLevel::warning, "cannot connect to tablet",
            {{"keyspace", tablet_->spec().keyspace},
             {"shard", tablet_->spec().shard},
             {"tablet", tablet_->address()},
             {"error", error.message}});
    }
}

void Pool::retire(Connection& connection) noexcept {
    if (connection.kill_) connector_.kill(*tablet_, connection.tablet_thread_id);
    List& ending = list(ConnectionState::connecting);
    ending.erase(ending.iterator_to(connection));
    counters_.connections[static_cast<std::size_t>(ConnectionState::connecting)].sub();
    counters_.closed[static_cast<std::size_t>(connection.cause_)].add();
    delete &connection;
    tablet_->budget().put_connection();
    if (!waiters_.empty()) dial_for_waiters();
    tell_hungry(Budget::Hunger::connection);
}

}  // namespace leasehold::pool
