// LOAD DATA LOCAL INFILE into a sharded table: the client's file streams through, each line goes to the shard
// that its row belongs to, and every shard reads a file of its own lines. Nothing is read from the client
// while a shard takes no more, so that memory is a buffer a shard and one line, whatever the file's size. In
// the session's transaction or one of its own. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

// `route.load` is set. Errors a client can get: the shards' own, with their names; 1105 for a line whose row
// belongs to no shard or whose place is not in the file; 1041 for a line that is too long. Then nothing was
// loaded on any shard.
net::Task<Flow> run_load(Session& session, const router::Plan& plan, const router::Route& route,
                         const StatementSource& source);

}  // namespace leasehold::proxy
