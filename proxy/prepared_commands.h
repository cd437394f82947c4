// COM_STMT_*: a client's statement is a text; whichever tablet connection executes it has it prepared, or
// prepares it then. Only an open cursor or pending long data tie a session to a connection. Thread: the
// worker's.
#pragma once

#include "proxy/session.h"

namespace leasehold::proxy {

// Takes a place for one more prepared statement; its end gives it back (Process::statements_left).
// Errors: 1461, 1041.
net::Task<Result<void>> admit_prepared(Session& session, std::size_t bytes);

net::Task<Flow> run_prepare(Session& session, Command& command);
net::Task<Flow> run_execute(Session& session, Command& command);
net::Task<Flow> run_long_data(Session& session, Command& command);
net::Task<Flow> run_statement_reset(Session& session, Command& command);
net::Task<Flow> run_statement_close(Session& session, Command& command);
net::Task<Flow> run_fetch(Session& session, Command& command);

}  // namespace leasehold::proxy
