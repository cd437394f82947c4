// COM_STMT_SEND_LONG_DATA: part of a parameter's value, passed on to the connection that will execute the
// statement, which is reserved until then. The bytes pass through the command's one buffer, however many they
// are. Thread: the worker's.
#pragma once

#include "proxy/command_rest.h"
#include "proxy/session.h"

namespace leasehold::proxy {

net::Task<Flow> run_long_data(Session& session, Command& command);

// Of a command of which only the beginning was read.
net::Task<Flow> serve_long_data(Session& session, Command& command, CommandRest& rest);

}  // namespace leasehold::proxy
