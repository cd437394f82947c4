#include "pool/pool.h"

#include <algorithm>
#include <iterator>

#include "base/mysql_errors.h"

namespace leasehold::pool {

using namespace std::chrono_literals;

// How often idle connections are looked at for their age.
constexpr auto maintenance_interval = 1s;
// A connection that rests this long is not needed here: a shorter rest is the pause between two statements,
// and giving the connection away in it would only make this worker ask for it back.
constexpr auto rested_after = 50ms;

Pool::Pool(net::Loop& loop, std::shared_ptr<Tablet> tablet, Connector& connector, Neighbours& neighbours,
           PoolOptions options)
    : loop_(loop),
      tablet_(std::move(tablet)),
      connector_(connector),
      neighbours_(neighbours),
      options_(options),
      maintenance_(*this, &Pool::maintain),
      redial_(*this, &Pool::retry_dial),
      random_(static_cast<std::minstd_rand::result_type>(loop.now().time_since_epoch().count())) {}

Pool::~Pool() = default;  // the safe-link lists assert that they are empty

std::size_t Pool::total() const {
    std::size_t sum = 0;
    for (const List& connections : lists_) sum += connections.size();
    return sum;
}

void Pool::transition(Connection& connection, ConnectionState to) noexcept {
    if (connection.is_linked()) {
        List& from = list(connection.state_);
        from.erase(from.iterator_to(connection));
        counters_.connections[static_cast<std::size_t>(connection.state_)].sub();
    }
    connection.state_ = to;
    connection.since = loop_.now();
    list(to).push_front(connection);  // idle: the hot end
    counters_.connections[static_cast<std::size_t>(to)].add();
}

Circumstance Pool::circumstance(const Connection& connection) const {
    return {.lifetime_over = loop_.now() >= connection.expires_at,
            .superseded = closing_ || connection.epoch != tablet_->epoch() || over_cap(),
            .owed = owed_ > 0};
}

void Pool::give_back(Connection& connection) noexcept {
#ifdef LEASEHOLD_FORGET_CONNECTIONS
    // Of the program that proves the alarms (leasehold_leaking): every fourth connection leaves its list and
    // stays alive, as vttablet's did in vitess issue 17808.
    if (counters_.leases_plain.get() % 4 == 0 && connection.state_ == ConnectionState::leased) {
        List& from = list(connection.state_);
        from.erase(from.iterator_to(connection));
        counters_.connections[static_cast<std::size_t>(connection.state_)].sub();
        tablet_->budget().put_connection();
        return;
    }
#endif
    const Decision decision = decide(connection.condition, circumstance(connection));
    counters_.returned[static_cast<std::size_t>(decision.disposition)].add();
    demote(connection);
    connection.client_id = 0;
    connection.holder = nullptr;
    switch (decision.disposition) {
        case Disposition::reuse:
            make_idle(connection);
            break;
        case Disposition::reset:
            order(connection, Connection::Order::restore, CloseCause::reset_failed, false);
            break;
        case Disposition::close:
            if (decision.cause == CloseCause::rebalanced) --owed_;
            order(connection, Connection::Order::close, decision.cause, decision.kill);
            break;
    }
}

void Pool::demote(Connection& connection) noexcept {
    if (connection.state_ != ConnectionState::reserved) return;
    set_reasons(connection, {});
    transition(connection, ConnectionState::leased);
    release_reserved_place();
}

void Pool::release_reserved_place() noexcept {
    tablet_->budget().put_reserved();
    serve_waiters();
    tell_hungry(Budget::Hunger::reserved_place);
}

void Pool::tell_hungry(Budget::Hunger what) noexcept {
    const std::uint64_t others = tablet_->budget().hungry_besides(what, options_.worker);
    if (others != 0) neighbours_.poke(*tablet_, others);
}

// A worker that has its share of the reserved places leaves the next one to those that wait for theirs: what
// is given back here would otherwise be taken here again, for ever. Above its share workers take turns.
bool Pool::take_reserved_place() noexcept {
    Budget& budget = tablet_->budget();
    if (budget.hungry_besides(Budget::Hunger::reserved_place, options_.worker) != 0) {
        const std::size_t share = budget.reserved_cap() / options_.workers;
        const bool has_share = list(ConnectionState::reserved).size() >= share;
        if (has_share && budget.last_taker() == options_.worker) return false;
        if (!budget.take_reserved()) return false;
        budget.note_taker(options_.worker);
        return true;
    }
    return budget.take_reserved();
}

// The same of connections: one that was given up for a sibling is not dialled here again before it had its
// turn.
bool Pool::take_connection_place() noexcept {
    Budget& budget = tablet_->budget();
    if (budget.hungry_besides(Budget::Hunger::connection, options_.worker) != 0) {
        const bool has_share = total() >= budget.connection_cap() / options_.workers;
        if (has_share && budget.last_dialler() == options_.worker) return false;
    }
    if (!budget.take_connection()) return false;
    budget.note_dialler(options_.worker);
    return true;
}

void Pool::set_reasons(Connection& connection, ReasonSet reasons) {
    connection.condition.reasons.each([&](Reason reason) {
        if (!reasons.has(reason)) counters_.reserved[static_cast<std::size_t>(reason)].sub();
    });
    reasons.each([&](Reason reason) {
        if (connection.condition.reasons.has(reason)) return;
        counters_.reserved[static_cast<std::size_t>(reason)].add();
        counters_.reserved_total[static_cast<std::size_t>(reason)].add();
    });
    connection.condition.reasons = reasons;
}

bool Pool::promote(Lease& lease) {
    if (!tablet_->budget().take_reserved()) return false;
    transition(*lease, ConnectionState::reserved);
    return true;
}

void Pool::force_promote(Lease& lease) {
    tablet_->budget().force_reserved();
    transition(*lease, ConnectionState::reserved);
}

void Pool::make_idle(Connection& connection) noexcept {
    connection.condition = {};
    transition(connection, ConnectionState::idle);
    connection.channel->watch(&connection);
    if (!maintenance_.pending()) loop_.deadlines().add(maintenance_, loop_.now() + maintenance_interval);
    serve_waiters();
}

void Pool::on_peer_gone(Connection& connection) noexcept {
    if (connection.state_ == ConnectionState::idle) {
        order(connection, Connection::Order::close, CloseCause::tablet_closed, false);
    } else {
        connection.condition.stream_lost = true;  // whoever uses it learns it from the stream as well
        if (connection.holder != nullptr) connection.holder->on_lease_lost(connection);
    }
}

void Pool::asked_by_sibling(std::size_t connections) {
    List& idle = list(ConnectionState::idle);
    const std::size_t fair = fair_share(tablet_->budget().connection_cap());
    const bool rested = !idle.empty() && loop_.now() - idle.back().since >= rested_after;
    // Who waits for a reserved place has no use for a connection now; that place may depend on the sibling.
    const Budget& budget = tablet_->budget();
    const bool no_place = budget.reserved() >= budget.reserved_cap();
    const bool wanted = std::ranges::any_of(waiters_, [&](const Waiter& waiter) {
        return waiter.waiting() && !(no_place && waiter.want.reserved);
    });
    if (!idle.empty() && !wanted && (rested || connections < fair)) {
        order(idle.back(), Connection::Order::close, CloseCause::rebalanced, false);
        return;
    }
    const bool starving = connections == 0 && total() > 0;
    if ((total() > fair + owed_ || starving) && owed_ < total()) ++owed_;
}

void Pool::poked() {
    serve_waiters();
    dial_for_waiters();
}

void Pool::close() {
    closing_ = true;
    List& idle = list(ConnectionState::idle);
    while (!idle.empty()) order(idle.back(), Connection::Order::close, CloseCause::superseded, false);
    for (Waiter& waiter : waiters_) waiter.sleeper.wake(net::Wake::interrupted);
    List& reserved = list(ConnectionState::reserved);
    for (auto at = reserved.begin(); at != reserved.end();) {
        Connection& connection = *at++;
        if (connection.holder != nullptr) connection.holder->on_lease_lost(connection);
    }
}

void Pool::cut_off() {
    List& idle = list(ConnectionState::idle);
    while (!idle.empty()) order(idle.back(), Connection::Order::close, CloseCause::tablet_closed, false);
    for (const ConnectionState state : {ConnectionState::leased, ConnectionState::reserved}) {
        for (Connection& connection : list(state)) connection.channel->shut_down();
    }
    // A reserved connection is watched only until its second statement: its holder may be at rest and not
    // hear.
    List& reserved = list(ConnectionState::reserved);
    for (auto at = reserved.begin(); at != reserved.end();) {
        Connection& connection = *at++;
        connection.condition.stream_lost = true;
        if (connection.holder != nullptr) connection.holder->on_lease_lost(connection);
    }
}

void Pool::drop_superseded() {
    List& idle = list(ConnectionState::idle);
    for (auto at = idle.begin(); at != idle.end();) {
        Connection& connection = *at++;
        if (connection.epoch != tablet_->epoch()) {
            order(connection, Connection::Order::close, CloseCause::superseded, false);
        }
    }
}

void Pool::maintain() {
    const config::Pool limits = tablet_->limits();
    const net::TimePoint now = loop_.now();
    const std::size_t keep = share_of_min_idle();
    List& idle = list(ConnectionState::idle);
    // From the cold end: under LIFO the connections there are the ones that nobody needs.
    for (auto at = idle.end(); at != idle.begin();) {
        Connection& connection = *std::prev(at);  // order() takes it off the list: `at` itself stays valid
        if (over_cap()) {                         // pool.size was made smaller
            order(connection, Connection::Order::close, CloseCause::superseded, false);
            break;  // the budget hears of it when the keeper has ended it
        }
        if (now >= connection.expires_at) {
            order(connection, Connection::Order::close, CloseCause::lifetime, false);
        } else if (limits.idle_timeout > 0ms && now - connection.since >= limits.idle_timeout &&
                   idle.size() > keep) {
            order(connection, Connection::Order::close, CloseCause::idle, false);
        } else {
            --at;
        }
    }
    const std::optional<wire::Capabilities> profile = tablet_->usual_profile();
    const bool dials = !closing_ && failures_ == 0 && tablet_->up() && profile;
    while (dials && total() < keep && tablet_->budget().take_connection()) open(*profile);
    if (closing_ || (total() == 0 && keep == 0)) return;
    if (!maintenance_.pending()) loop_.deadlines().add(maintenance_, now + maintenance_interval);
}

// min_idle is the tablet's, not the worker's.
std::size_t Pool::share_of_min_idle() const {
    const std::size_t wanted = tablet_->limits().min_idle;
    const std::size_t more = options_.worker < wanted % options_.workers ? 1 : 0;
    return wanted / options_.workers + more;
}

}  // namespace leasehold::pool
