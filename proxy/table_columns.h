// How one shard says that a table's columns are called, and what follows from it for statements that name
// none. Thread: the worker's.
#pragma once

#include <string>
#include <vector>

#include "proxy/query.h"
#include "router/learned_columns.h"

namespace leasehold::proxy {

struct TableColumn {
    std::string name;       // lower case
    std::string data_type;  // "bigint"
    bool generated = false;
    bool invisible = false;
};

// Asks the keyspace's shard, on the session's own lease. Errors: the shard's own.
net::Task<Result<std::vector<TableColumn>>> table_columns(Session& session,
                                                          const router::KeyspaceTable& table,
                                                          std::uint16_t shard);

// Plans a statement, and learns what columns it wants before. Errors: as PlanCache::plan(), 1146, the shard's
// own.
net::Task<Result<router::PlannedStatement>> plan_with_columns(Session& session, std::string_view sql,
                                                              bool prepared);
// Runs a statement whose plan wants columns, or was made with some that may have changed since.
net::Task<Flow> run_with_learned_columns(Session& session, const StatementSource& source);

// A statement that changes tables: what was learned of them is learned again, on every worker.
void forget_columns_after(Session& session, const router::Plan& plan);

}  // namespace leasehold::proxy
