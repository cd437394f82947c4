// A gathered UPDATE or DELETE: the statement runs on the scratch tablet, on copies of the rows that can be
// meant, and what it did to them is then done to the rows on their shards, by key, in the session's
// transaction or one of its own. The rows were locked when they were read. Thread: the worker's.
#pragma once

#include "proxy/gathered_statement.h"

namespace leasehold::proxy {

// `route.gather->change` is set. Errors a client can get: as run_gather()'s; 1105 where it would not be exact
// (tables without a key, triggers, foreign keys to rows that move).
net::Task<Flow> run_gathered_change(Session& session, const router::Plan& plan, const router::Route& route,
                                    const StatementSource& source);

}  // namespace leasehold::proxy
