// BEGIN, COMMIT, ROLLBACK and savepoints of a session, over all shards it has touched. A BEGIN reaches a
// tablet with the first statement there; COMMIT goes to the shards in the order in which they were touched.
// Thread: the worker's.
#pragma once

#include <optional>

#include "proxy/query.h"

namespace leasehold::proxy {

net::Task<Flow> run_begin(Session& session, const router::Plan& plan, const router::Begin& begin,
                          const StatementSource& source);
net::Task<Flow> run_commit(Session& session, const router::Commit& commit);
net::Task<Flow> run_rollback(Session& session, const router::Rollback& rollback);
net::Task<Flow> run_savepoint(Session& session, const router::Savepoint& savepoint);

// Whether a statement that changes rows on several shards runs in a transaction of its own. Not so under LOCK
// TABLES, which a BEGIN would end.
bool begins_own_transaction(Session& session);

// Commits on every shard of the transaction. The error of one that fails half way names the shards that
// committed and those that did not.
net::Task<std::optional<Error>> commit_all(Session& session, bool chain);

}  // namespace leasehold::proxy
