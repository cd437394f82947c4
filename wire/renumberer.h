// Numbers the frames of several answers to one command through: each answer begins at 1 by itself, the client
// counts on from the one before. Takes the stream in pieces of any size. State of one command. Source:
// dev.mysql.com "MySQL Packets" (the sequence id counts within a command, answers and the client's packets
// together).
#pragma once

#include <cstdint>
#include <span>

namespace leasehold::wire {

class Renumberer {
  public:
    // Changes the sequence ids of the frames that begin in `bytes`.
    void apply(std::span<std::uint8_t> bytes);
    // The peer has sent packets in between, up to this sequence id.
    void heard(std::uint8_t sequence) { next_ = static_cast<std::uint8_t>(sequence + 1); }
    [[nodiscard]] std::uint8_t next() const { return next_; }

  private:
    std::uint8_t next_ = 1;
    unsigned header_bytes_ = 0;  // seen of the header we are in
    std::uint32_t length_ = 0;   // of the frame, as far as its header was seen
    std::uint32_t left_ = 0;     // of its payload
};

}  // namespace leasehold::wire
