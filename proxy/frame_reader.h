// The frames of a tablet's answer one by one, large ones in pieces, for answers that are merged rather than
// relayed. Holds one buffer. Thread: the worker's.
#pragma once

#include <cstdint>

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

class FrameReader {
  public:
    FrameReader(Session& session, pool::Connection& connection);

    // Errors: 2013 the tablet went away, 1317 interrupted.
    net::Task<Result<FramePiece>> next();
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
