// Changes the bytes of a channel on their way, above TLS: compression. What it does is the caller's; this
// folder knows only that what is read may become more and what is written less. Owner: the channel. Thread:
// the worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.h"

namespace leasehold::net {

class StreamFilter {
  public:
    virtual ~StreamFilter() = default;

    // How many bytes of the peer may be given to unwrap() without reading too far. 0: none before what it
    // holds has been taken out.
    virtual std::size_t wanted() const = 0;
    struct Progress {
        std::size_t taken = 0;
        std::size_t given = 0;
    };
    // Goes on until `in` is used up or `out` is full. An error ends the stream.
    virtual Result<Progress> unwrap(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) = 0;
    // Between two units of the peer: nothing is held.
    virtual bool at_rest() const = 0;

    struct Wrapped {
        std::size_t taken = 0;
        std::span<const std::uint8_t> bytes;  // valid until the next call of any filter of the thread
    };
    // At least one byte of `bytes`, which is not empty.
    virtual Wrapped wrap(std::span<const std::uint8_t> bytes) = 0;
};

}  // namespace leasehold::net
