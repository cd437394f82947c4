// What a pool's keepers do on a connection's stream; the pool itself does no I/O. Tests have another.
// Owner: the worker. Thread: the worker's.
#pragma once

#include "base/error.h"
#include "net/task.h"
#include "pool/connection.h"

namespace leasehold::pool {

class Tablet;

class Connector {
  public:
    // Connects, logs in and brings the connection to the pool's base settings. Bounded by connect_timeout.
    virtual net::Task<Result<void>> dial(const Tablet& tablet, Connection& connection) = 0;
    // Clears whatever a session left behind and brings the base settings back. Bounded by reset_timeout.
    virtual net::Task<Result<void>> restore(const Tablet& tablet, Connection& connection) = 0;
    // Has the tablet end what the connection still runs. Not waited for.
    virtual void kill(const Tablet& tablet, std::uint32_t tablet_thread_id) noexcept = 0;

  protected:
    ~Connector() = default;
};

// Other workers' pools of the same tablet.
class Neighbours {
  public:
    // Something of the tablet's budget has become free: the workers in the set may try again.
    virtual void poke(const Tablet& tablet, std::uint64_t workers) noexcept = 0;
    // `worker` waits for a connection and has `connections` of its own: a sibling may give one up.
    virtual void ask(const Tablet& tablet, unsigned worker, std::size_t connections) noexcept = 0;

  protected:
    ~Neighbours() = default;
};

}  // namespace leasehold::pool
