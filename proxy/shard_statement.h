// One statement on one shard: lease, replay what the session's state asks for, send, relay, settle what
// becomes of the lease. Everything that goes to a tablet for a session goes through here or through
// scatter.cpp, which shares its parts. Thread: the worker's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "proxy/relay.h"
#include "proxy/session.h"
#include "router/plan.h"

namespace leasehold::proxy {

// A tablet connection for the length of one statement: held by the session already, or leased for it.
struct StatementLease {
    pool::Pool* pool = nullptr;
    HeldLease* held = nullptr;
    pool::Lease fresh;

    pool::Connection& connection() const { return held != nullptr ? *held->lease : *fresh; }
};

// After an error, which does not say: with autocommit off the tablet may have begun a transaction all the
// same, and hold locks for it.
bool may_be_in_transaction(const ClientState& state, std::uint16_t error_code);

// Errors as Pool::acquire's. `reserve`: the statement may leave the connection reserved.
net::Task<Result<StatementLease>> lease_for(Session& session, pool::Pool& pool, bool reserve);

// What has to reach the tablet before the statement itself: settings, the transaction's begin, its
// savepoints.
struct Prelude {
    wire::Bytes bytes;
    unsigned answers = 0;
    bool proven = true;  // false: its answers are read before the statement is sent
    bool begins = false;
};
// A PREPARE takes no part in the transaction, unless that has options (READ ONLY), which it is judged by.
enum class PreludeFor : std::uint8_t {
    executing,
    inserting,  // what the client may take for a generated id: the connection is told the session's before
    preparing,
};
// Restores the connection first when settings have to be taken away.
net::Task<Result<Prelude>> prelude_for(Session& session, pool::Pool& pool, pool::Connection& connection,
                                       const router::Effects& effects,
                                       PreludeFor what = PreludeFor::executing);

// The part of it that brings the connection to the session's settings.
net::Task<Result<Prelude>> settings_for(Session& session, pool::Pool& pool, pool::Connection& connection);

// Sends prelude and request in one write. Errors: 2013 and the tablet's own; then the connection is spoilt.
struct SendResult {
    std::optional<Error> error;
    bool untouched = false;  // nothing of the statement can have run: it may be sent elsewhere
    unsigned preceding = 0;  // answers of the prelude that come before the statement's
};
net::Task<SendResult> send_request(Session& session, pool::Pool& pool, pool::Connection& connection,
                                   Prelude prelude, wire::BytesView request);

// Sends the prelude alone and reads its answers: for what a tablet may well refuse, and before an exchange.
// Errors: the tablet's, 2013; then the connection is spoilt.
net::Task<Result<void>> confirm(Session& session, pool::Pool& pool, pool::Connection& connection,
                                Prelude& prelude);

// After the answer: reasons, settings, session state; gives the lease back or keeps it as a held one.
void settle(Session& session, StatementLease lease, const router::Plan& plan, const RelayEnd& end,
            std::string_view statement);

// Keeps a lease for the session with one more reason.
void keep(Session& session, StatementLease lease, pool::ReasonSet reasons, std::string_view statement);

// Gives up a lease whose statement did not come to its end; says what was lost with it.
Error abandon(Session& session, StatementLease lease, const RelayEnd& end);

// The error for an interrupt; nothing when the client is gone and there is nobody to tell.
std::optional<Error> interrupt_error(Session& session);

// limits.query_timeout, from now on; it ends with `timeout`.
void start_query_timeout(Session& session, net::InterruptDeadline& timeout);
// The same, or what a directive of a SELECT lowers it to.
void start_query_timeout(Session& session, net::InterruptDeadline& timeout, const router::Plan& plan,
                         std::string_view sql);

class StreamedStatement;

// Makes the request for a connection: an execute needs the tablet's statement id.
class RequestMaker {
  public:
    // Brings the connection to where the request can be sent, and makes the request. An error is the client's
    // answer; the connection is fit for use after it unless its condition says otherwise.
    virtual net::Task<Result<wire::BytesView>> make(pool::Connection& connection) = 0;
    // True when make() speaks to the tablet first (a PREPARE): then the prelude has to be there before.
    virtual bool needs_exchange(pool::Connection& connection) const = 0;
    // Set when the request is only the beginning, and the rest is to be sent as it comes.
    virtual StreamedStatement* streamed() const { return nullptr; }
    // Whether the statement itself says this number, in its text or among its parameters.
    virtual bool says(std::uint64_t) const { return false; }
    // A parameter bound as text; nothing for another type, NULL, or a statement without parameters.
    virtual std::optional<std::string> text_parameter(std::size_t) const { return std::nullopt; }
    // The answer has come to its end; the lease is still there.
    virtual void on_answer(pool::Connection&, const RelayEnd&) {}

  protected:
    ~RequestMaker() = default;
};

// A request that is the same for every connection of its kind.
class FixedRequest final : public RequestMaker {
  public:
    explicit FixedRequest(wire::BytesView frames) : frames_(frames) {}
    net::Task<Result<wire::BytesView>> make(pool::Connection& connection) override;
    bool needs_exchange(pool::Connection&) const override { return false; }

  private:
    wire::BytesView frames_;
};

// The whole of it, answer included.
net::Task<Flow> run_on_shard(Session& session, const router::Plan& plan, pool::Pool& pool,
                             RequestMaker& maker, RelayOptions options, std::string_view statement);

}  // namespace leasehold::proxy
