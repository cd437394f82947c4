// LOAD DATA LOCAL INFILE into a table whose rows need more than a place: entries of lookups, ids of a
// sequence, a vindex column that SET computes. The scratch tablet reads the client's file into a temporary
// table; its rows are inserted like those of an INSERT ... SELECT, in the session's transaction or in one of
// their own. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

// `route.load` is set and goes through a scratch tablet. Errors a client can get: the tablets' own, with
// their names; 1104 for more lines than gather.max_rows. Then nothing was loaded.
net::Task<Flow> run_gathered_load(Session& session, const router::Plan& plan, const router::Route& route,
                                  const StatementSource& source);

}  // namespace leasehold::proxy
