// The PROXY protocol's header, versions 1 (text) and 2 (binary): a load balancer in front of us sends it
// before anything of its client's and tells the client's address. Pure. Source: haproxy.org, "The PROXY
// protocol, versions 1 & 2", sections 2.1 and 2.2. Errors: 1043.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"
#include "wire/bytes.h"

namespace leasehold::wire {

struct ProxyHeader {
    // At least so many bytes are still to come; 0: it is whole. Who reads no more than this at a time reads
    // nothing of the client's, which may be TLS already.
    std::size_t missing = 0;
    // "10.0.0.7:51234" or "[2001:db8::7]:51234". Empty: the header tells no address that could be shown
    // (LOCAL, UNKNOWN, a Unix socket, datagrams), and the connection's own holds.
    std::string client;
};

// So many bytes tell whether a header or a MySQL packet begins: the packet would have the sequence id 88 or
// 10, and the first one of a client has 1.
inline constexpr std::size_t proxy_header_prefix = 4;
[[nodiscard]] bool begins_proxy_header(BytesView first_bytes);

// A longer one is refused. Version 1 has at most 107 bytes; version 2 carries as many TLVs (which are
// skipped) as its sender likes, a few hundred bytes in practice.
inline constexpr std::size_t max_proxy_header = 4096;

// `bytes`: of the header alone. What is wrong is refused with the byte that shows it.
[[nodiscard]] Result<ProxyHeader> decode_proxy_header(BytesView bytes);

}  // namespace leasehold::wire
