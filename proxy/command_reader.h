// Commands of a client as they lie in the buffer: a small one is not copied, a large one is put together up
// to the limit. Thread: the worker's.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/memory_account.h"
#include "net/buffers.h"
#include "net/channel.h"
#include "net/worker.h"
#include "wire/bytes.h"

namespace leasehold::proxy {

class MemoryBudget;

struct Command {
    wire::BytesView payload;  // command byte first
    wire::BytesView
        frames;  // the whole packet with its headers, as it may be sent on; empty when it was assembled
    std::uint8_t sequence = 0;

    net::Buffer buffer;     // holds a small command
    wire::Bytes assembled;  // holds a large one
    MemoryCharge memory{MemoryPart::statements};
};

// Waits for a command, without a buffer, then reads it. Errors: 1153, 1156 (the client gets them and is
// closed), and so is 1041, when a large one finds no room in `budget`; 2013 when the client went away in the
// middle; 1317 when the session was interrupted. Nothing: the client left in order.
net::Task<Result<std::optional<Command>>> read_command(net::Worker& worker, net::Channel& channel,
                                                       std::size_t limit, net::Interrupt& interrupt,
                                                       const MemoryBudget* budget = nullptr);

}  // namespace leasehold::proxy
