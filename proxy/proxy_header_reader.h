// The PROXY header that a load balancer may send before the first packet of its client. Thread: the worker's.
#pragma once

#include <optional>
#include <string_view>

#include "net/channel.h"
#include "net/worker.h"
#include "wire/proxy_header.h"

namespace leasehold::proxy {

// Waits for a client's first bytes and leaves them where they were. Error: 2013, 1317.
net::Task<Result<bool>> begins_with_proxy_header(net::Channel& channel, net::Interrupt& interrupt);

// Takes the header and nothing beyond it. Errors: 1043 malformed or too long, 2013, 1317.
net::Task<Result<wire::ProxyHeader>> read_proxy_header(net::Worker& worker, net::Channel& channel,
                                                       net::Interrupt& interrupt);

// "10.0.0.7" of "10.0.0.7:51234" and of nothing else; "::1" of "[::1]:51234"; empty for "localhost", a Unix
// socket.
std::string_view ip_of_client(std::string_view address);

}  // namespace leasehold::proxy
