// What the log says at the start: version, listeners, each tablet as it is, and what does not fit together.
// Main thread.
#pragma once

#include <cstddef>

#include "pool/control_plane.h"
#include "proxy/http_server.h"
#include "proxy/world.h"

namespace leasehold::proxy {

// `http`: null where there is none.
void log_start(const World& world, const pool::ControlPlane& control, std::size_t workers,
               const HttpServer* http);

}  // namespace leasehold::proxy
