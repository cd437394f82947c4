// The commands that are neither queries nor prepared statements. Thread: the worker's.
#pragma once

#include "proxy/session.h"

namespace leasehold::proxy {

net::Task<Flow> run_simple_command(Session& session, wire::Command what, Command& command);

}  // namespace leasehold::proxy
