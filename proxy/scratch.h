// A tablet connection with temporary tables of the proxy's own: leased fresh, reserved while it lives, reset
// or closed by its pool when it is given back, which drops the tables. Between open() and
// use_session_settings() it has settings under which any stored value can be put back. Thread: the worker's.
#pragma once

#include <string>
#include <vector>

#include "pool/lease.h"
#include "proxy/session.h"
#include "proxy/tablet_rows.h"

namespace leasehold::proxy {

class Scratch {
  public:
    // Errors: as Pool::acquire's, the tablet's own.
    static net::Task<Result<Scratch>> open(Session& session, pool::Pool& pool);
    ~Scratch();
    Scratch(Scratch&&) noexcept;
    Scratch& operator=(Scratch&&) = delete;

    // Errors of the tablet say which it is.
    net::Task<Result<void>> run(std::string_view sql);
    net::Task<Result<SmallAnswer>> ask(std::string sql);
    // Sends a statement whose rows the caller reads.
    net::Task<Result<void>> send(std::string_view sql);
    // The session's own sql_mode, time zone and character sets again.
    net::Task<Result<void>> use_session_settings();

    // KILL QUERY may have reached the tablet between two statements, where it does nothing. Errors: 1317.
    Result<void> go_on() const;

    pool::Pool& pool() const { return *pool_; }
    pool::Connection& connection() const { return *lease_; }
    // Takes the lease out, for a session that keeps what the statement left on it.
    pool::Lease release() &&;

  private:
    Scratch(Session& session, pool::Pool& pool, pool::Lease lease);
    Error named(const Error& error) const;

    Session* session_;
    pool::Pool* pool_;
    pool::ReservedLease lease_;
    std::string names_;  // of the connection as it was leased: what follows SET NAMES
};

// The tablet that the configuration names for gathers, or the one with the fewest leases among those of the
// keyspace. Errors: as pool_for()'s; 1203 where pool.size leaves no room for a gather.
Result<pool::Pool*> scratch_pool(Session& session, std::size_t keyspace);

}  // namespace leasehold::proxy
