// What a client is told of what a statement changed in its session (the trackers of OK packets). Tablet
// connections track everything, for the proxy's own use; a client gets what a server would tell it. Pure.
// Source: dev.mysql.com, "Server Tracking of Client Session State"; both servers' defaults.
#pragma once

#include <optional>
#include <string_view>

#include "pool/settings.h"
#include "wire/bytes.h"

namespace leasehold::proxy {

// What is to be shown in place of `session_state`. Nothing: it as it is. `settings`: the session's, may be
// null. Of what a session has set itself its tablet connection knows.
std::optional<wire::Bytes> shown_state(const pool::Settings* settings, wire::BytesView session_state);

// What tells that a session has chosen a database.
wire::Bytes state_of_use(const pool::Settings* settings, std::string_view schema);

}  // namespace leasehold::proxy
