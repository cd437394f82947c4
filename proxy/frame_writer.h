// Frames towards the client with sequence ids of our own, gathered into one buffer so that small ones share a
// send. Thread: the worker's.
#pragma once

#include "net/buffers.h"
#include "proxy/frame_reader.h"
#include "proxy/session.h"

namespace leasehold::proxy {

class FrameWriter {
  public:
    explicit FrameWriter(Session& session);

    // The header with the first piece, then the bytes. False: the client is gone.
    net::Task<bool> put(FramePiece piece);
    // A whole packet of ours, below 16 KiB.
    net::Task<bool> put_packet(wire::BytesView payload);
    // A packet of any size, put together from two parts.
    net::Task<bool> put_parts(wire::BytesView head, wire::BytesView tail);
    // The same without waiting; false: no room, nothing was written.
    bool try_put_parts(wire::BytesView head, wire::BytesView tail);
    net::Task<bool> flush();
    std::uint8_t next_sequence() const { return sequence_; }
    bool sent_anything() const { return sent_; }

  private:
    net::Task<bool> put_bytes(wire::BytesView bytes);
    Session& session_;
    net::Buffer buffer_;
    std::size_t filled_ = 0;
    std::uint8_t sequence_ = 1;
    bool sent_ = false;
};

}  // namespace leasehold::proxy
