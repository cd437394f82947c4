// COM_STMT_*: a client's statement is a text; whichever tablet connection executes it has it prepared, or
// prepares it then. Only an open cursor or pending long data tie a session to a connection. Thread: the
// worker's.
#pragma once

#include "proxy/session.h"

namespace leasehold::proxy {

// Takes a place for one more prepared statement, whose text has so many bytes; its end gives it back
// (Process::statements_left). Errors: 1461, 1041.
net::Task<Result<void>> admit_prepared(Session& session, std::size_t bytes);

// Where a statement is prepared for its metadata: the shard it will go to, or the first of its keyspace.
Result<pool::Pool*> pool_to_prepare_on(Session& session, const router::Plan& plan, std::string_view sql);

net::Task<Flow> run_prepare(Session& session, Command& command);
net::Task<Flow> run_execute(Session& session, Command& command);
net::Task<Flow> run_statement_reset(Session& session, Command& command);
net::Task<Flow> run_statement_close(Session& session, Command& command);
net::Task<Flow> run_fetch(Session& session, Command& command);

}  // namespace leasehold::proxy
