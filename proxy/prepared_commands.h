// COM_STMT_*: a client's statement is a text; whichever tablet connection executes it has it prepared, or
// prepares it then. Only an open cursor or pending long data tie a session to a connection. Thread: the
// worker's.
#pragma once

#include "proxy/session.h"

namespace leasehold::proxy {

net::Task<Flow> run_prepare(Session& session, Command& command);
net::Task<Flow> run_execute(Session& session, Command& command);
net::Task<Flow> run_long_data(Session& session, Command& command);
net::Task<Flow> run_statement_reset(Session& session, Command& command);
net::Task<Flow> run_statement_close(Session& session, Command& command);
net::Task<Flow> run_fetch(Session& session, Command& command);

}  // namespace leasehold::proxy
