// What a channel with a filter has beside the filter: bytes that are between the two. Internal to
// net/channel*.cpp.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/memory_account.h"
#include "net/buffers.h"
#include "net/stream_filter.h"

namespace leasehold::net {

struct ChannelFilter {
    std::unique_ptr<StreamFilter> filter;
    Buffer input;  // read and not unwrapped yet; borrowed in the middle of a unit only
    std::size_t begin = 0, end = 0;
    std::vector<std::uint8_t> unsent;  // wrapped, and the socket did not take it
    std::size_t sent = 0;              // of it
    MemoryCharge unsent_memory{MemoryPart::compression};
    bool may_have_more = false;    // the last read filled its buffer
    std::optional<Error> problem;  // what the peer sent is no such stream
};

}  // namespace leasehold::net
