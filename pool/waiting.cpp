// How a pool grants leases: at once, or to the first waiter that a free connection can serve.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "base/mysql_errors.h"
#include "pool/pool.h"

namespace leasehold::pool {

using namespace std::chrono_literals;

namespace {

// A waiter of other capabilities is not made to wait for an idle connection of its own kind for ever: after
// this time a connection of another kind is closed in its favour.
constexpr auto convert_after = 20ms;
constexpr auto peek_after = 1s;
// How often a worker asks its siblings for a connection.
constexpr auto ask_interval = 10ms;

std::string milliseconds_text(net::Clock::duration time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

}  // namespace

Connection* Pool::find_idle(const Want& want) {
    Connection* fits = nullptr;
    for (Connection& connection : list(ConnectionState::idle)) {
        if (connection.profile_ != want.profile) continue;
        if (connection.settings == want.settings) return &connection;
        if (fits == nullptr) fits = &connection;
    }
    return fits;
}

Lease Pool::grant(Connection& connection, const Want& want) {
    connection.channel->watch(nullptr);
    connection.client_id = want.client_id;
    transition(connection, want.reserved ? ConnectionState::reserved : ConnectionState::leased);
    (want.reserved ? counters_.leases_reserved : counters_.leases_plain).add();
    return Lease(connection);
}

std::optional<Lease> Pool::try_acquire(const Want& want) {
    if (closing_ || !waiters_.empty()) return std::nullopt;
    for (;;) {
        Connection* const connection = find_idle(want);
        if (connection == nullptr) return std::nullopt;
        // Closed by the tablet, or it said something that nobody asked for. After a rest the socket itself is
        // asked: what is sent on a connection that the tablet has just timed out could not be sent again for
        // sure.
        const bool rested = loop_.now() - connection->since >= peek_after;
        if (rested ? connection->channel->seems_closed() : connection->channel->has_pending()) {
            order(*connection, Connection::Order::close, CloseCause::tablet_closed, false);
            continue;
        }
        if (want.reserved && !take_reserved_place()) return std::nullopt;
        counters_.wait.observe_us(0);
        return grant(*connection, want);
    }
}

net::Task<Result<Lease>> Pool::acquire(Want want, net::Interrupt& interrupt) {
    if (auto lease = try_acquire(want)) co_return std::move(*lease);
    tablet_->note_profile(want.profile);
    const config::Pool limits = tablet_->limits();
    const net::TimePoint now = loop_.now();
    const bool unreachable = failures_ > 0 && total() == 0 && now - failing_since_ > limits.wait_timeout;
    if (closing_ || (unreachable && now < next_dial_)) {
        counters_.waits_refused.add();
        const std::string why = closing_ ? "the tablet is being removed" : tablet_->last_error();
        co_return make_error(mysql_error::too_many_user_connections,
                             "no connection to tablet " + tablet_->label() + ": " + why);
    }
    if (!tablet_->budget().take_waiter()) {
        counters_.waits_refused.add();
        co_return make_error(mysql_error::too_many_user_connections,
                             "too many sessions wait for tablet " + tablet_->label() + " (max_waiters " +
                                 std::to_string(limits.max_waiters) + ")");
    }
    Waiter waiter(want);
    waiter.since = now;
    waiters_.push_back(waiter);
    counters_.waiters.add();
    serve_waiters();
    dial_for_waiters();
    loop_.deadlines().add(waiter.deadline, now + patience(limits));

    struct Sleep {
        Waiter& waiter;
        net::Loop& loop;
        net::Interrupt& interrupt;
        bool await_ready() const { return waiter.granted || interrupt.raised(); }
        void await_suspend(std::coroutine_handle<> coroutine) const {
            waiter.sleeper.sleep(loop, coroutine);
            interrupt.attach(waiter.sleeper);
        }
        void await_resume() const noexcept { interrupt.detach(); }
    };
    co_await Sleep{waiter, loop_, interrupt};
    end_wait(waiter);
    if (waiter.granted && !interrupt.raised()) co_return std::move(waiter.granted);
    if (interrupt.raised())
        co_return make_error(mysql_error::query_interrupted, "Query execution was interrupted");
    counters_.waits_timed_out.add();
    co_return wait_error(waiter);
}

// "Not to wait" means not for what others use: a connection that is being dialled, or that lies idle with
// another worker, is on its way.
net::Clock::duration Pool::patience(const config::Pool& limits) const {
    if (limits.wait_timeout > net::Clock::duration::zero()) return limits.wait_timeout;
    if (dialling_ > 0) return limits.connect_timeout;
    return options_.workers > 1 ? 2 * ask_interval : net::Clock::duration::zero();
}

void Pool::end_wait(Waiter& waiter) {
    waiter.deadline.cancel();
    if (waiter.is_linked()) waiter.unlink();
    tablet_->budget().put_waiter();
    counters_.waiters.sub();
    const auto waited = std::chrono::duration_cast<std::chrono::microseconds>(loop_.now() - waiter.since);
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(waited.count(), 0));
    counters_.wait.observe_us(us);
    if (us > counters_.longest_wait_us.get())
        counters_.longest_wait_us.add(us - counters_.longest_wait_us.get());
    if (waiters_.empty()) {
        tablet_->budget().clear_hungry(Budget::Hunger::connection, options_.worker);
        tablet_->budget().clear_hungry(Budget::Hunger::reserved_place, options_.worker);
    }
}

Error Pool::wait_error(const Waiter& waiter) const {
    const Budget& budget = tablet_->budget();
    const std::string waited = " after waiting " + milliseconds_text(loop_.now() - waiter.since);
    const std::string last = tablet_->last_error();
    if (closing_) {
        return make_error(mysql_error::too_many_user_connections,
                          "tablet " + tablet_->label() + " was removed" + waited);
    }
    if (failures_ > 0) {
        return make_error(mysql_error::too_many_user_connections,
                          "no connection to tablet " + tablet_->label() + waited + ": " + last);
    }
    if (waiter.want.reserved && budget.reserved() >= budget.reserved_cap()) {
        return make_error(mysql_error::user_limit_reached,
                          "no reserved connection to tablet " + tablet_->label() + waited + ": all " +
                              std::to_string(budget.reserved_cap()) + " (pool.reserved) are held");
    }
    std::string text = "no connection to tablet " + tablet_->label() + waited + ": " +
                       std::to_string(budget.connections()) + " of " +
                       std::to_string(budget.connection_cap()) + " (pool.size) are in use, " +
                       std::to_string(budget.waiters()) + " others wait";
    if (!last.empty()) text += "; last error: " + last;
    return make_error(mysql_error::too_many_user_connections, std::move(text));
}

void Pool::serve_waiters() noexcept {
    List& idle = list(ConnectionState::idle);
    tablet_->budget().clear_hungry(Budget::Hunger::reserved_place, options_.worker);
    for (auto at = waiters_.begin(); at != waiters_.end() && !idle.empty();) {
        Waiter& waiter = *at;
        ++at;
        if (!waiter.waiting()) continue;
        Connection* const connection = find_idle(waiter.want);
        if (connection == nullptr) continue;
        if (connection->channel->has_pending()) {
            order(*connection, Connection::Order::close, CloseCause::tablet_closed, false);
            continue;  // its keeper's end dials again
        }
        if (waiter.want.reserved && !take_reserved_place()) {
            tablet_->budget().set_hungry(Budget::Hunger::reserved_place, options_.worker);
            if (!redial_.pending()) loop_.deadlines().add(redial_, loop_.now() + ask_interval);
            continue;
        }
        waiter.granted = grant(*connection, waiter.want);
        waiter.unlink();
        waiter.sleeper.wake(net::Wake::ready);
    }
}

// A connection for each waiter that none on its way will serve, as far as the budget goes.
void Pool::dial_for_waiters() {
    if (closing_) return;
    if (failures_ > 0 && loop_.now() < next_dial_) {
        if (!redial_.pending() && !waiters_.empty()) loop_.deadlines().add(redial_, next_dial_);
        return;
    }
    std::size_t provided = dialling_;
    std::vector<wire::Capabilities>
        profiles;  // opened after the walk: a dial may end, and serve waiters, at once
    for (Waiter& waiter : waiters_) {
        if (!waiter.waiting()) continue;
        if (provided > 0) {
            --provided;
            continue;
        }
        // While the tablet cannot be reached, one attempt at a time is enough.
        if (failures_ > 0 && dialling_ + profiles.size() > 0) break;
        // With a free connection of the right kind it is a reserved place that is missing, which no dial
        // makes.
        if (find_idle(waiter.want) != nullptr) continue;
        if (!take_connection_place()) {
            make_room(waiter);
            break;
        }
        profiles.push_back(waiter.want.profile);
    }
    for (const wire::Capabilities profile : profiles) open(profile);
}

// The budget is spent: sees to it that a waiter whom no connection fits is served all the same, sooner or
// later.
void Pool::make_room(const Waiter& waiter) {
    List& idle = list(ConnectionState::idle);
    const auto like = [&](const Connection& connection) {
        return connection.profile_ == waiter.want.profile;
    };
    const bool none_alike = std::none_of(lists_.begin(), lists_.end(), [&](const List& connections) {
        return std::any_of(connections.begin(), connections.end(), like);
    });
    if (!idle.empty() && (none_alike || loop_.now() - waiter.since >= convert_after)) {
        order(idle.back(), Connection::Order::close, CloseCause::rebalanced, false);
        return;  // the keeper's end puts the connection back into the budget and dials
    }
    tablet_->budget().set_hungry(Budget::Hunger::connection, options_.worker);
    const net::TimePoint now = loop_.now();
    if (options_.workers > 1 && now - last_ask_ >= ask_interval) {
        last_ask_ = now;
        neighbours_.ask(*tablet_, options_.worker, total());
    }
    if (!redial_.pending())
        loop_.deadlines().add(redial_, now + ask_interval);  // asks again while anybody waits
}

void Pool::retry_dial() {
    poked();
}

}  // namespace leasehold::pool
