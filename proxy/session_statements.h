// Statements that the session carries out itself: transactions, USE, KILL, the proxy's own SHOW statements,
// EXPLAIN ROUTE. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

net::Task<Flow> run_session_statement(Session& session, const router::Plan& plan,
                                      const StatementSource& source);

// KILL and COM_PROCESS_KILL.
net::Task<Flow> run_kill(Session& session, bool query_only, std::uint64_t id);

// SHOW PROCESSLIST and COM_PROCESS_INFO.
net::Task<Flow> run_processlist(Session& session, bool full);

}  // namespace leasehold::proxy
