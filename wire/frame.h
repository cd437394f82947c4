// Frames and packets. A frame is a 4-byte header (length u24, sequence u8) and its payload; a packet (one
// logical message) is every frame up to and including the first one shorter than max_frame_payload. No I/O;
// values and state of one connection, used by one thread. Source: dev.mysql.com, "MySQL Internals: MySQL
// Packets". Errors: 1153 a packet exceeds the limit, 1156 a frame has the wrong sequence id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/error.h"
#include "wire/bytes.h"

namespace leasehold::wire {

inline constexpr std::size_t frame_header_size = 4;
inline constexpr std::size_t max_frame_payload = 0xFFFFFF;

struct FrameHeader {
    std::uint32_t length = 0;
    std::uint8_t sequence = 0;
};
// Needs four bytes at `header`.
inline FrameHeader load_frame_header(const std::uint8_t* header) {
    return {load_u24(header), header[3]};
}

// Appends the frames of one packet, with the trailing empty frame where the length is a multiple of
// max_frame_payload, and moves `sequence` past them (it wraps at 256 as the protocol does).
void append_packet(Bytes& out, BytesView payload, std::uint8_t& sequence);

// Builds a packet in place: begin_packet leaves room for the header and says where; the caller appends the
// payload; end_packet fills the header in and moves `sequence`. A payload of max_frame_payload and more is
// split (by moving its tail), so any size is right and small ones cost no copy.
[[nodiscard]] std::size_t begin_packet(Bytes& out);
void end_packet(Bytes& out, std::size_t start, std::uint8_t& sequence);

struct PacketView {
    BytesView payload;
    std::uint8_t sequence = 0;
    std::size_t size = 0;  // with the header: what to consume
};
// A whole packet of a single frame that lies at the start of `buffered`, without a copy. Empty: not all there
// yet, or it has more than one frame; then a PacketAssembler takes over.
[[nodiscard]] std::optional<PacketView> peek_packet(BytesView buffered);

// Puts one packet together from pieces of any size. Memory grows with the data that came, never with the
// length that was announced.
class PacketAssembler {
  public:
    // `limit`: the largest payload accepted, in bytes.
    explicit PacketAssembler(std::size_t limit) : limit_(limit) {}

    // Takes bytes up to the end of the packet and says how many; complete() then tells whether it ended. A
    // complete packet takes nothing more until reset(). After an error the connection is to be closed.
    Result<std::size_t> feed(BytesView in);
    [[nodiscard]] bool complete() const { return state_ == State::complete; }
    // True between packets: nothing of the next one has come.
    [[nodiscard]] bool empty() const {
        return state_ == State::header && header_filled_ == 0 && frames_ == 0;
    }
    [[nodiscard]] BytesView payload() const { return payload_; }
    // For a caller that wipes a secret.
    [[nodiscard]] Bytes& mutable_payload() { return payload_; }
    // The sequence id of the packet's last frame: an answer starts at this plus one.
    [[nodiscard]] std::uint8_t sequence() const { return static_cast<std::uint8_t>(expected_ - 1); }
    // Starts over; memory beyond 16 KiB is given back.
    void reset(std::uint8_t expected_sequence);

    [[nodiscard]] std::size_t limit() const { return limit_; }
    void set_limit(std::size_t limit) { limit_ = limit; }
    [[nodiscard]] std::size_t capacity() const { return payload_.capacity(); }

  private:
    enum class State : std::uint8_t { header, body, complete };
    Result<void> start_frame();

    std::size_t limit_;
    Bytes payload_;
    std::size_t frame_left_ = 0;
    std::size_t frames_ = 0;
    std::uint8_t header_[frame_header_size] = {};
    std::uint8_t header_filled_ = 0;
    std::uint8_t expected_ = 0;
    bool last_frame_ = false;
    State state_ = State::header;
};

}  // namespace leasehold::wire
