// LOCK TABLES, FLUSH TABLES that locks, and UNLOCK TABLES over several shards. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

bool concerns_table_locks(const router::Plan& plan);

// Shard after shard in one order, so that two sessions cannot wait for each other; all shards or none. What
// is held stays with the session's leases until UNLOCK TABLES.
net::Task<Flow> run_table_locks(Session& session, const router::Plan& plan, const router::Route& route,
                                const StatementSource& source);

// What begins a transaction ends LOCK TABLES. On the one tablet that has them the BEGIN itself does.
net::Task<void> unlock_shards(Session& session);
net::Task<void> unlock_tables(Session& session);

}  // namespace leasehold::proxy
