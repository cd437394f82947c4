// How the proxy presents itself. Pure. Any thread.
#pragma once

#include "pool/control_plane.h"
#include "proxy/world.h"

namespace leasehold::proxy {

// What is configured, and for the rest what the tablets are. `learned`: of the first tablet that answered;
// null: none did.
Identity identity_of(const config::Config& config, const pool::TabletIdentity* learned);

}  // namespace leasehold::proxy
