// Answers that hold names of databases (SHOW, DESCRIBE, EXPLAIN, reports on tables), of one shard or of
// several one after another, with the keyspace's name in their place. Only for keyspaces whose database has
// another name. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

bool names_answer(const Session& session, const router::Plan& plan, const router::Route& route);

// Requires names_answer().
net::Task<Flow> run_named(Session& session, const router::Plan& plan, const router::Route& route,
                          const StatementSource& source);

}  // namespace leasehold::proxy
