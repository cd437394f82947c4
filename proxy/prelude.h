// What goes to a tablet before a statement, and the transaction that a session keeps over its shards.
// Thread: the worker's.
#pragma once

#include "proxy/shard_statement.h"

namespace leasehold::proxy {

// After a SET: what the proxy itself has to know (sql_mode steers the lexer; autocommit).
void note_settings(ClientState& state, const Answer& answer);

// Counts rows, bytes and errors of a statement that has run.
void account(Session& session, const router::Plan& plan, const RelayEnd& end);

// The session's transaction is over, whoever ended it.
void end_transaction_state(ClientState& state);

// One of the transaction's connections is lost: the others are given back, which rolls them back.
void abort_transaction(Session& session);

// The tablet of one shard has rolled back by itself (a deadlock): so do the others.
net::Task<void> roll_back_others(Session& session);

// One request on a connection, its answer read away. Errors: the tablet's, 2013.
net::Task<Result<void>> exchange_quietly(Session& session, pool::Connection& connection,
                                         wire::BytesView frames, wire::ResponseKind kind);

struct QuietAnswer {
    std::uint64_t affected_rows = 0;
    std::uint16_t warnings = 0;
};
// One statement of the proxy's own on a connection, its answer read away. Errors: the tablet's, 2013.
net::Task<Result<QuietAnswer>> tell_quietly(Session& session, pool::Connection& connection,
                                            std::string_view sql);
net::Task<Result<void>> run_quietly(Session& session, pool::Connection& connection, std::string_view sql);
// The same; gives the number of affected rows.
net::Task<Result<std::uint64_t>> change_quietly(Session& session, pool::Connection& connection,
                                                std::string_view sql);

}  // namespace leasehold::proxy
