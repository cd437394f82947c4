// The frames of a tablet's answer one by one, large ones in pieces, for answers that are merged rather than
// relayed. Holds one buffer. Thread: the worker's.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "net/buffers.h"
#include "pool/connection.h"
#include "proxy/session.h"
#include "wire/frame.h"

namespace leasehold::proxy {

// A frame, or a part of one that does not fit into the buffer.
struct FramePiece {
    std::uint32_t length = 0;  // of the whole frame's payload
    bool first = true;         // begins with the payload's first byte
    bool last = true;
    wire::BytesView bytes;  // valid until the next call
};

// Whether a packet that is no ERR ends the rows. A row of 16 MiB may begin with the same byte.
inline bool ends_rows(const FramePiece& piece, bool deprecate_eof) {
    constexpr std::uint8_t eof_header = 0xFE;
    constexpr std::uint32_t shortest_other = 9;
    return piece.bytes[0] == eof_header &&
           piece.length < (deprecate_eof ? wire::max_frame_payload : shortest_other);
}

class FrameReader {
  public:
    FrameReader(Session& session, pool::Connection& connection);

    // Errors: 2013 the tablet went away, 1317 interrupted.
    net::Task<Result<FramePiece>> next();
    // The same without waiting, for a frame that is there as a whole.
    std::optional<FramePiece> try_next();
    // True when nothing was read beyond the last frame.
    bool drained() const { return begin_ == filled_; }

  private:
    net::Task<Result<void>> fill();
    Session& session_;
    pool::Connection& connection_;
    net::Buffer buffer_;
    std::size_t begin_ = 0;
    std::size_t filled_ = 0;
    std::uint32_t length_ = 0;
    std::uint32_t left_ = 0;  // of a frame whose beginning was given out
};

}  // namespace leasehold::proxy
