// Connecting to a TCP address or a Unix socket without blocking: names are resolved by Asio's resolver
// thread. Thread: the worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "net/channel.h"

namespace leasehold::net {

struct Endpoint {
    std::string host;  // empty: a Unix socket
    std::uint16_t port = 0;
    std::string path;

    bool operator==(const Endpoint&) const = default;
    bool is_unix() const { return host.empty(); }
};

std::string to_string(const Endpoint& endpoint);

// What every TCP socket of ours has: no Nagle delay, keepalive probes.
void set_stream_options(int socket);

// Error 2003 with the system's reason. The interrupt carries the deadline.
Task<Result<Channel>> connect(Worker& worker, const Endpoint& endpoint, std::size_t head_bytes,
                              Interrupt& interrupt);

}  // namespace leasehold::net
