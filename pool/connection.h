// One connection to a tablet: its stream and all that it carries. It is made, restored and ended by its
// keeper coroutine (pool/keeper.cpp) and used through a Lease in between. Owner: its Pool. Thread: the pool's
// worker.
#pragma once

#include <atomic>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/channel.h"
#include "net/sleeper.h"
#include "pool/disposition.h"
#include "pool/settings.h"
#include "pool/statement_cache.h"
#include "wire/capabilities.h"

namespace leasehold::pool {

class Pool;

// Which of its pool's lists a connection is on. `connecting`: being made, restored or ended by its keeper.
enum class ConnectionState : std::uint8_t { connecting, idle, leased, reserved };
inline constexpr std::size_t connection_state_count = 4;
std::string_view to_string(ConnectionState state);

namespace intrusive = boost::intrusive;

// Whoever holds a reserved lease between statements: told when it is lost. On the worker's thread.
class LeaseHolder {
  public:
    virtual void on_lease_lost(class Connection& connection) noexcept = 0;

  protected:
    ~LeaseHolder() = default;
};

class Connection final : public intrusive::list_base_hook<intrusive::link_mode<intrusive::safe_link>>,
                         private net::ChannelObserver {
  public:
    Connection(Pool& pool, wire::Capabilities profile, std::size_t statement_cap);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Pool& pool() { return pool_; }
    ConnectionState state() const { return state_; }
    // The capabilities asked of the tablet that shape bytes (wire::byte_shaping): a client is served by a
    // like one only.
    wire::Capabilities profile() const { return profile_; }

    // Process-wide number of live objects: the other side of the conservation law.
    static std::uint64_t live() { return live_.load(std::memory_order_relaxed); }

    std::optional<net::Channel> channel;  // set by the dial
    wire::Capabilities capabilities = 0;  // as negotiated
    std::uint32_t tablet_thread_id = 0;   // the tablet's CONNECTION_ID()
    std::uint16_t status = 0;             // the tablet's last status flags
    Condition condition;
    SettingsRef settings;                         // what the connection has now
    std::string schema;                           // chosen by USE; empty: the tablet's own database
    StatementCache statements;                    // prepared on this connection
    std::vector<std::uint32_t> stale_statements;  // fell out of the cache: closed with the next request
    // A freshly prepared statement of this connection.
    void note_prepared(const PreparedTextRef& text, std::uint32_t id);

    // Notices from now on, whoever reads, that the tablet has gone away.
    void watch() { channel->watch(this); }
    LeaseHolder* holder = nullptr;                      // of a reserved lease
    std::uint64_t client_id = 0;                        // who holds the lease
    std::uint64_t insert_id_of = 0;                     // whose LAST_INSERT_ID() it has; 0: nobody's
    std::optional<std::uint64_t> insert_id = 0;         // and what it gives, where that is known
    net::TimePoint opened_at{}, expires_at{}, since{};  // since: the state last changed
    std::uint64_t epoch = 0;                            // Tablet::epoch() when it was dialled

  private:
    friend class Pool;
    enum class Order : std::uint8_t { none, restore, close };

    void on_peer_gone() noexcept override;

    static std::atomic<std::uint64_t> live_;
    Pool& pool_;
    ConnectionState state_ = ConnectionState::connecting;
    wire::Capabilities profile_;
    Order order_ = Order::none;  // to the keeper
    bool dialled_ = false;
    CloseCause cause_ = CloseCause::tablet_closed;
    bool kill_ = false;
    net::Sleeper* keeper_ = nullptr;
};

}  // namespace leasehold::pool
