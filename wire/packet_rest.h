// What is still to come of a packet whose beginning was read: for a packet that is passed on while it
// arrives. Knows the frames, holds no bytes. State of one packet, one thread. Source: dev.mysql.com, "MySQL
// Packets". Errors: 1153 the packet exceeds the limit, 1156 a frame has the wrong sequence id.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "wire/frame.h"

namespace leasehold::wire {

class PacketRest {
  public:
    // `first`: the header of the packet's first frame, of whose payload `taken` bytes were read. `limit`: the
    // largest payload accepted, in bytes. The first frame must keep it.
    PacketRest(FrameHeader first, std::size_t taken, std::size_t limit)
        : left_(first.length - taken),
          total_(first.length),
          limit_(limit),
          sequence_(first.sequence),
          last_frame_(first.length < max_frame_payload) {}

    // Payload bytes that come before the next frame's header or the end.
    [[nodiscard]] std::size_t left() const { return left_; }
    // The next four bytes are a frame's header.
    [[nodiscard]] bool at_header() const { return left_ == 0 && !last_frame_; }
    [[nodiscard]] bool done() const { return left_ == 0 && last_frame_; }
    // The packet ends with the frame that is being read, so its length is known.
    [[nodiscard]] bool in_last_frame() const { return last_frame_; }
    // Of all frames announced so far.
    [[nodiscard]] std::size_t total() const { return total_; }
    // Of the frame that is being read: an answer to the packet starts at this of the last one plus one.
    [[nodiscard]] std::uint8_t sequence() const { return sequence_; }

    void take(std::size_t payload_bytes) { left_ -= payload_bytes; }
    Result<void> begin_frame(FrameHeader header);

  private:
    std::size_t left_;
    std::size_t total_;
    std::size_t limit_;
    std::uint8_t sequence_;
    bool last_frame_;
};

}  // namespace leasehold::wire
