// Single packets over a channel, for the conversations that are not relayed: handshakes, PREPARE, resets.
// Thread: the worker's.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "net/channel.h"
#include "wire/bytes.h"

namespace leasehold::pool {

struct Packet {
    wire::Bytes payload;
    std::uint8_t sequence = 0;  // of its last frame
};

// Reads one packet and nothing beyond it (what follows a TLS request belongs to TLS). Errors: 1153 longer
// than `limit`, 2013 the peer went away, 1317 interrupted.
net::Task<Result<Packet>> read_packet(net::Channel& channel, std::size_t limit, net::Interrupt& interrupt);

// Errors: 2013, 1317.
net::Task<Result<void>> send(net::Channel& channel, wire::BytesView bytes, net::Interrupt& interrupt);

// The error of a wait or write that did not end well; only for status other than done.
Error io_error(net::IoStatus status);

}  // namespace leasehold::pool
