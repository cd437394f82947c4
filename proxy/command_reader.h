// Commands of a client as they lie in the buffer: a small one is not copied; of a large one the beginning,
// whose rest proxy/command_rest.h reads. Thread: the worker's.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/memory_account.h"
#include "net/buffers.h"
#include "net/channel.h"
#include "net/worker.h"
#include "wire/bytes.h"
#include "wire/packet_rest.h"

namespace leasehold::proxy {

struct Command {
    wire::BytesView payload;  // command byte first; of a large command its beginning, until it is assembled
    wire::BytesView frames;   // the whole packet with its header, as it may be sent on; empty for many frames
    std::uint8_t sequence = 0;             // of its last frame
    std::optional<wire::PacketRest> rest;  // what is still to be read of a large one

    net::Buffer buffer;     // holds a small command, or the beginning of a large one
    wire::Bytes assembled;  // holds a large one
    MemoryCharge memory{MemoryPart::statements};
};

// Waits for a command, without a buffer, then reads it, or the beginning of one that is larger than a buffer.
// Errors: 1153, 1156 (the client gets them and is closed); 2013 when the client went away in the middle; 1317
// when the session was interrupted. Nothing: the client left in order.
net::Task<Result<std::optional<Command>>> begin_command(net::Worker& worker, net::Channel& channel,
                                                        std::size_t limit, net::Interrupt& interrupt);

// The whole of it.
net::Task<Result<std::optional<Command>>> read_command(net::Worker& worker, net::Channel& channel,
                                                       std::size_t limit, net::Interrupt& interrupt);

}  // namespace leasehold::proxy
