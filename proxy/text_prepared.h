// PREPARE, EXECUTE and DEALLOCATE PREPARE as text on a sharded keyspace. The session keeps the text; EXECUTE
// puts the values of its user variables in the parameters' places and runs it like any statement of its
// client's, so that nothing is reserved. Thread: the worker's.
#pragma once

#include "proxy/query.h"

namespace leasehold::proxy {

net::Task<Flow> run_prepare_text(Session& session, const router::PrepareText& prepare);
net::Task<Flow> run_execute_text(Session& session, const router::ExecuteText& execute);
net::Task<Flow> run_deallocate_text(Session& session, const router::DeallocateText& end);

}  // namespace leasehold::proxy
