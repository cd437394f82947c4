// One statement on several shards: sent to all, answered as one. Rows one shard after another under one
// header; affected rows and warnings added up. Outside a transaction a write over several shards runs in one
// of its own. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

net::Task<Flow> run_scatter(Session& session, const router::Plan& plan, const router::Route& route,
                            const StatementSource& source);

}  // namespace leasehold::proxy
