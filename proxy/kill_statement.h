// KILL and COM_PROCESS_KILL of the proxy's own sessions. Thread: the worker's.
#pragma once

#include <cstdint>

#include "proxy/query.h"

namespace leasehold::proxy {

net::Task<Flow> run_kill(Session& session, bool query_only, std::uint64_t id);

// KILL of an expression asks a tablet for its value first; `source` has its parameters.
net::Task<Flow> run_kill(Session& session, const router::Kill& kill, const StatementSource& source);

}  // namespace leasehold::proxy
