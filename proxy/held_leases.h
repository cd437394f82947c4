// The reserved leases of one session: at most one a tablet, in the order in which they were taken (the order
// of COMMIT). Owner: the session. Thread: the worker's.
#pragma once

#include <cstdint>
#include <list>
#include <string>

#include "pool/connection.h"
#include "pool/lease.h"
#include "pool/pool.h"

namespace leasehold::proxy {

struct HeldLease {
    pool::Pool* pool = nullptr;
    pool::ReservedLease lease;
    std::string statement;  // that gave the first reason, shortened: for SHOW LEASES
    net::TimePoint since{};
    std::uint32_t cursor_statement = 0;  // the tablet's id of the statement whose cursor is open
};

class HeldLeases {
  public:
    HeldLease* find(const pool::Pool& pool);
    // Whether it is one of these still: a transaction that breaks takes its leases away from under a
    // statement.
    bool owns(const HeldLease* held) const;
    HeldLease& add(HeldLease lease);
    // Gives one back: plain when no reason is left, else as the pool decides.
    void give_back(const pool::Pool& pool);
    void give_back_all() { leases_.clear(); }
    // Gives back those whose reasons are only `reason`.
    void end_reason(pool::Reason reason);

    bool empty() const { return leases_.empty(); }
    bool in_transaction() const;
    bool has(pool::Reason reason) const;
    std::list<HeldLease>& all() { return leases_; }
    const std::list<HeldLease>& all() const { return leases_; }

  private:
    std::list<HeldLease>
        leases_;  // a statement over several shards points at several while others come and go
};

}  // namespace leasehold::proxy
