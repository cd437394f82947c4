// The database that a client chooses: USE, COM_INIT_DB, the login.
// Thread: the worker's.
#pragma once

#include <string_view>

#include "base/error.h"
#include "net/task.h"
#include "proxy/session.h"

namespace leasehold::proxy {

// Keyspaces are known here; of any other database (keyspaces.NAME.other_databases) its tablet is asked, on
// the session's connection there if it has one. Errors: 1044, 1049, those of getting a lease; the session's
// database is then what it was.
net::Task<Result<void>> choose_database(Session& session, std::string_view name);

// What an OK packet tells of the database that has just been chosen.
wire::Bytes database_chosen(const Session& session);

// USE and COM_INIT_DB: the client is answered.
net::Task<Flow> run_use(Session& session, std::string_view name);

}  // namespace leasehold::proxy
