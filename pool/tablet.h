// A tablet: one MySQL or MariaDB server that holds one shard. What all workers know of it together: its
// address, its exact connection budget, whether it is up, its counters. Owner: the process's snapshot of
// tablets and every pool on it (shared_ptr). Thread: any; the mutable parts are atomics.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/tablet_type.h"
#include "config/keyspace.h"
#include "net/connect.h"
#include "net/tls.h"
#include "pool/budget.h"
#include "wire/capabilities.h"

namespace leasehold::pool {

// Immutable: a reload that changes it makes a new Tablet.
struct TabletSpec {
    std::string keyspace;
    std::string shard;
    TabletType type = TabletType::primary;
    std::string database;
    net::Endpoint endpoint;
    std::string user;
    std::string password;
    config::TlsMode tls_mode = config::TlsMode::preferred;
    std::shared_ptr<const net::TlsContext> tls;  // null when disabled
    config::TabletTls tls_files;  // the same as file names, for the control plane's client library
};

class Tablet {
  public:
    Tablet(TabletSpec spec, const config::Pool& limits);
    Tablet(const Tablet&) = delete;
    Tablet& operator=(const Tablet&) = delete;

    const TabletSpec& spec() const { return spec_; }
    const std::string& address() const { return address_; }
    // "commerce/- primary 127.0.0.1:3311": how messages and logs name it.
    const std::string& label() const { return label_; }
    Budget& budget() { return budget_; }

    // The pool's limits may change by a reload; each field is read where it is needed.
    config::Pool limits() const;
    void set_limits(const config::Pool& limits);

    // What the health probe and the dials found. Down: new connections are tried by the probe only.
    bool up() const { return up_.load(std::memory_order_relaxed); }
    void set_up(bool up, std::string_view why);
    std::string last_error() const;
    void set_last_error(std::string_view text);

    // The server runs statements of its own at login (init_connect), which a reset does not repeat.
    bool has_init_connect() const { return has_init_connect_.load(std::memory_order_relaxed); }
    void set_has_init_connect(bool has) { has_init_connect_.store(has, std::memory_order_relaxed); }

    // The capabilities that sessions asked for last: what min_idle is opened with. None asked yet: none.
    std::optional<wire::Capabilities> usual_profile() const;
    void note_profile(wire::Capabilities profile) { profile_.store(profile, std::memory_order_relaxed); }

    // RECONNECT, DRAIN: connections opened before are closed when they come back.
    std::uint64_t epoch() const { return epoch_.load(std::memory_order_relaxed); }
    void supersede() { epoch_.fetch_add(1, std::memory_order_relaxed); }

  private:
    const TabletSpec spec_;
    const std::string address_;
    const std::string label_;
    Budget budget_;
    std::atomic<bool> up_{true};
    std::atomic<bool> has_init_connect_{false};
    std::atomic<std::uint64_t> epoch_{0};
    static constexpr std::uint64_t no_profile = ~std::uint64_t{0};
    std::atomic<std::uint64_t> profile_{no_profile};
    mutable std::mutex
        mutex_;  // guards the two below: read on errors and reloads, not on the path of a query
    config::Pool limits_;
    std::string last_error_;
};

}  // namespace leasehold::pool
