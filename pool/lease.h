// A Lease is the right to use one tablet connection. It is moved, never copied; its destructor gives the
// connection back: it never waits and never throws. A ReservedLease carries the reasons that tie the
// connection to its session and holds one place under the tablet's reserved cap. Owner: a session (or the
// waiter it was granted to). Thread: the pool's worker.
#pragma once

#include <utility>

#include "pool/reason.h"

namespace leasehold::pool {

class Connection;
class Pool;

class [[nodiscard]] Lease {
  public:
    Lease() = default;
    Lease(Lease&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
    Lease& operator=(Lease&& other) noexcept {
        std::swap(connection_, other.connection_);
        return *this;
    }
    ~Lease() { give_back(); }

    explicit operator bool() const { return connection_ != nullptr; }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_; }

    void give_back() noexcept;

  private:
    friend class Pool;
    friend class ReservedLease;
    explicit Lease(Connection& connection) : connection_(&connection) {}
    Connection* connection_ = nullptr;
};

class [[nodiscard]] ReservedLease {
  public:
    ReservedLease() = default;
    ReservedLease(ReservedLease&&) noexcept = default;
    ReservedLease& operator=(ReservedLease&&) noexcept = default;
    ~ReservedLease() = default;  // the lease gives back; the pool sees the reasons on the connection

    // `lease` was acquired with Want::reserved, or is promoted by Pool::promote.
    ReservedLease(Lease lease, ReasonSet reasons) : lease_(std::move(lease)) { set_reasons(reasons); }

    explicit operator bool() const { return static_cast<bool>(lease_); }
    Connection& operator*() const { return *lease_; }
    Connection* operator->() const { return lease_.operator->(); }

    ReasonSet reasons() const;
    void set_reasons(ReasonSet reasons);
    // With no reason left: the plain lease, its reserved place given up.
    Lease demote() &&;

  private:
    Lease lease_;
};

}  // namespace leasehold::pool
