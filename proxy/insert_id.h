// LAST_INSERT_ID() after a statement. An OK packet has the id that was generated, but also one that the
// statement wrote itself into an AUTO_INCREMENT column, which LAST_INSERT_ID() does not change to: where it
// can be either, the tablet is asked. Thread: the worker's. Source: dev.mysql.com "Information Functions",
// "mysql_insert_id()".
#pragma once

#include <cstdint>

#include "proxy/relay.h"
#include "proxy/shard_statement.h"

namespace leasehold::proxy {

// LAST_INSERT_ID(expression), CALL, EXECUTE: the connection has to have the session's own before.
bool changes_insert_id_unseen(const router::Effects& effects);

// Before an INSERT: whether the number that the connection's LAST_INSERT_ID() gives, somebody else's, could
// come back as an id that the statement wrote itself.
bool may_mistake_insert_id(const router::Plan& plan, const pool::Connection& connection,
                           const RequestMaker& maker);

bool insert_id_is_doubtful(const router::Plan& plan, const RelayEnd& end, const RequestMaker& maker);

// Asks the connection, which has just answered the statement, and corrects `end.last_insert_id`. Not while
// the client may ask for the statement's warnings, which the question would replace: then it is noted as
// doubtful. Errors: the tablet's, 2013; the stream is lost then.
net::Task<Result<void>> settle_insert_id(Session& session, pool::Connection& connection,
                                         const router::Plan& plan, RelayEnd& end);

// Asks later on, before a statement that is no question about the one before.
net::Task<void> resolve_insert_id(Session& session);

}  // namespace leasehold::proxy
