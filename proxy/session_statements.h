// Statements that the session carries out itself: transactions, USE, the proxy's own SHOW statements,
// EXPLAIN ROUTE. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

net::Task<Flow> run_session_statement(Session& session, const router::Plan& plan,
                                      const StatementSource& source);

// SHOW PROCESSLIST and COM_PROCESS_INFO.
net::Task<Flow> run_processlist(Session& session, bool full);

}  // namespace leasehold::proxy
