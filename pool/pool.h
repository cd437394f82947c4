// One worker's connections to one tablet. Every connection is on exactly one of four lists; transition()
// alone moves it and keeps the counts, so that opened - closed = idle + leased + reserved + connecting holds
// at every moment. Waiting is first come, first served among those that the free connection can serve. Nobody
// dials while waiting: keepers do, and hand over. Owner: the worker's PoolDirectory. Thread: the worker's;
// counters() may be read from any.
#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>

#include "base/error.h"
#include "net/loop.h"
#include "pool/connection.h"
#include "pool/connector.h"
#include "pool/lease.h"
#include "pool/pool_counters.h"
#include "pool/tablet.h"
#include "pool/waiter.h"

namespace leasehold::pool {

struct PoolOptions {
    unsigned worker = 0;
    unsigned workers = 1;
    std::size_t statement_cap = 256;  // prepared statements a connection
};

class Pool {
  public:
    Pool(net::Loop& loop, std::shared_ptr<Tablet> tablet, Connector& connector, Neighbours& neighbours,
         PoolOptions options);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // A connection that is free now. Nothing when one must be waited for, or when others wait already.
    std::optional<Lease> try_acquire(const Want& want);
    // Waits up to the pool's wait_timeout. Errors: 1203 waited too long or too many wait; 1226 the reserved
    // cap was what it waited for; 1203 too when the tablet cannot be reached; 1317 interrupted.
    net::Task<Result<Lease>> acquire(Want want, net::Interrupt& interrupt);

    // Makes a plain lease a reserved one after the fact. False: the reserved cap is reached.
    [[nodiscard]] bool promote(Lease& lease);
    // The same when the tablet has already tied the connection: always granted, counted over the cap if need
    // be.
    void force_promote(Lease& lease);

    // A sibling waits and has `connections`: gives up an idle connection, or the next one that comes back.
    void asked_by_sibling(std::size_t connections);
    // Some of the budget has become free elsewhere.
    void poked();

    // No new leases; idle connections close now, leased ones when they come back; waiters get an error.
    void close();
    bool closing() const { return closing_; }
    bool drained() const { return closing_ && total() == 0 && waiters_.empty(); }
    // The tablet is down and answers nobody: idle connections close, statements that wait for it fail.
    void cut_off();
    // Opens this worker's part of min_idle, and looks at the connections' age from now on.
    void maintain();
    // Closes idle connections that a RECONNECT has made out of date.
    void drop_superseded();

    Tablet& tablet() const { return *tablet_; }
    const std::shared_ptr<Tablet>& tablet_ref() const { return tablet_; }
    std::size_t total() const;
    std::size_t count(ConnectionState state) const { return list(state).size(); }
    std::size_t waiting() const { return counters_.waiters.get(); }
    const PoolCounters& counters() const { return counters_; }

    // Calls `f(const Connection&)` for each connection.
    template <typename F>
    void each(F&& f) const {
        for (const List& connections : lists_) {
            for (const Connection& connection : connections) f(connection);
        }
    }

  private:
    friend class Lease;
    friend class ReservedLease;
    friend class Connection;
    using List = intrusive::list<Connection>;

    // Fires a member function of the pool.
    class Timer final : public net::Deadline {
      public:
        Timer(Pool& pool, void (Pool::*then)()) : pool_(pool), then_(then) {}

      private:
        void on_deadline() noexcept override { (pool_.*then_)(); }
        Pool& pool_;
        void (Pool::*then_)();
    };

    List& list(ConnectionState state) { return lists_[static_cast<std::size_t>(state)]; }
    const List& list(ConnectionState state) const { return lists_[static_cast<std::size_t>(state)]; }
    void transition(Connection& connection, ConnectionState to) noexcept;

    void give_back(Connection& connection) noexcept;
    void demote(Connection& connection) noexcept;
    void set_reasons(Connection& connection, ReasonSet reasons);
    void on_peer_gone(Connection& connection) noexcept;
    void release_reserved_place() noexcept;
    void tell_hungry(Budget::Hunger what) noexcept;
    bool take_reserved_place() noexcept;
    bool take_connection_place() noexcept;
    std::size_t fair_share(std::uint32_t cap) const {
        return (cap + options_.workers - 1) / options_.workers;
    }

    Lease grant(Connection& connection, const Want& want);
    Connection* find_idle(const Want& want);
    void make_idle(Connection& connection) noexcept;
    void serve_waiters() noexcept;
    void dial_for_waiters();
    void open(wire::Capabilities profile);
    void make_room(const Waiter& waiter);
    Error wait_error(const Waiter& waiter) const;
    net::Clock::duration patience(const config::Pool& limits) const;
    void end_wait(Waiter& waiter);

    net::Task<void> keep(Connection& connection);
    class Orders;
    void order(Connection& connection, Connection::Order order, CloseCause cause, bool kill) noexcept;
    void retire(Connection& connection) noexcept;
    void dial_failed(const Error& error);
    Circumstance circumstance(const Connection& connection) const;

    std::size_t share_of_min_idle() const;
    void retry_dial();
    bool over_cap() const { return tablet_->budget().connections() > tablet_->budget().connection_cap(); }

    net::Loop& loop_;
    std::shared_ptr<Tablet> tablet_;
    Connector& connector_;
    Neighbours& neighbours_;
    PoolOptions options_;
    std::array<List, connection_state_count> lists_;
    intrusive::list<Waiter, intrusive::constant_time_size<false>> waiters_;
    std::size_t dialling_ = 0;
    std::size_t owed_ = 0;  // connections to be given up to siblings when they come back
    bool closing_ = false;
    unsigned failures_ = 0;  // dials failed in a row
    net::TimePoint failing_since_{}, next_dial_{}, last_ask_{};
    Timer maintenance_;
    Timer redial_;
    std::minstd_rand random_;
    PoolCounters counters_;
};

}  // namespace leasehold::pool
