// COM_RESET_CONNECTION and COM_CHANGE_USER. Thread: the worker's.
#pragma once

#include "proxy/session.h"

namespace leasehold::proxy {

// Restores what the session holds and gives it back, so that its locks and transactions are gone when the
// client is told so. A connection that cannot be restored is closed.
net::Task<void> end_reservations(Session& session);

}  // namespace leasehold::proxy
