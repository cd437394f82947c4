// The configuration's VSchema as the router's: the two layers do not know each other. Pure.
#pragma once

#include "config/vschema.h"
#include "router/vschema.h"

namespace leasehold::proxy {

router::VSchema to_router(const config::VSchema& from);

}  // namespace leasehold::proxy
