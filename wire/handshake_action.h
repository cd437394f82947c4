// What a handshake asks its caller to do next, as a value. The caller does the I/O and comes back with the
// next packet.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "wire/bytes.h"

namespace leasehold::wire {

// Send these frames, read one packet, resume().
struct Send {
    Bytes bytes;
};

// Only read one packet, resume().
struct Receive {};

// Send `bytes` in clear (may be empty), do the TLS handshake, and call tls_ready(). Bytes of the peer that
// were read already belong to TLS: never take them for clear packets.
struct UpgradeTls {
    Bytes bytes;
};

// Send `err_packet` (may be empty: the peer said it, or nothing can be said), then close.
struct Fail {
    Error error;
    Bytes err_packet;
};

}  // namespace leasehold::wire
