// Which advisory locks a session holds. What a statement asked for is not what it got: GET_LOCK may have been
// refused, or have run for many rows, and RELEASE_LOCK may have met another count. So the tablet is asked.
// Thread: the worker's. Source: dev.mysql.com "Locking Functions".
#pragma once

#include "proxy/shard_statement.h"

namespace leasehold::proxy {

// Takes or frees one.
bool concerns_locks(const router::Effects& effects);

// Brings the session's marks up to date with what the connection holds after the statement. A connection that
// cannot be asked, since the client may ask for the statement's warnings, holds what it may hold.
net::Task<void> settle_locks(Session& session, pool::Connection& connection, const router::Effects& effects,
                             const RequestMaker& maker, const RelayEnd& end);

// The question, for names that can be asked for.
std::string locks_question(const Names& names);
// A name that means the same whatever the connection's character set.
bool can_be_asked_for(std::string_view name);

}  // namespace leasehold::proxy
