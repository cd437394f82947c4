// Statements that the session carries out itself: transactions, USE, KILL, the proxy's own SHOW statements,
// EXPLAIN ROUTE. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

net::Task<Flow> run_session_statement(Session& session, const router::Plan& plan,
                                      const StatementSource& source);

// SET TRANSACTION without a scope: for the next transaction, whichever connection that runs on.
bool sets_next_transaction(const router::Plan& plan);
net::Task<Flow> run_set_next_transaction(Session& session, const router::Plan& plan);

// KILL and COM_PROCESS_KILL.
net::Task<Flow> run_kill(Session& session, bool query_only, std::uint64_t id);

// SHOW PROCESSLIST and COM_PROCESS_INFO.
net::Task<Flow> run_processlist(Session& session, bool full);

}  // namespace leasehold::proxy
