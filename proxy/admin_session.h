// One operator on the admin port: logs in, says statements, gets tables. Holds no lease and no tablet.
// Owner: the coroutine that serves it. Thread: worker 0's.
#pragma once

#include "net/channel.h"
#include "proxy/admin_statement.h"
#include "proxy/site.h"
#include "wire/server_handshake.h"

namespace leasehold::proxy {

class Server;

net::Task<void> serve_admin(Server& server, Site& site, net::Channel channel);

}  // namespace leasehold::proxy
