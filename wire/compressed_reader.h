// Takes compressed packets and gives the stream of frames that is in them, piece by piece: no more is held
// than the algorithm's window, whatever a packet announces, and that only in the middle of a packet. Keeps
// the sequence ids of the compressed layer, which run on from one side's packets to the other's and begin
// anew with each command. Pure. Errors: 1156 a wrong sequence id, 1157 what does not decompress to exactly
// what was announced.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/compression.h"
#include "wire/stream_decoder.h"

namespace leasehold::wire {

class CompressedReader {
  public:
    explicit CompressedReader(CompressionAlgorithm algorithm) : algorithm_(algorithm) {}

    // So many more bytes belong to the packet that has begun or comes next, at least. 0: it has come as a
    // whole and is to be given out first.
    std::size_t wanted() const;
    struct Progress {
        std::size_t taken = 0;
        std::size_t given = 0;
    };
    // Goes on until `in` is used up or `out` is full.
    Result<Progress> feed(BytesView in, std::span<std::uint8_t> out);
    bool between_packets() const { return state_ == State::header && header_filled_ == 0; }
    // For the next packet that is sent.
    std::uint8_t take_sequence() { return sequence_++; }

  private:
    enum class State : std::uint8_t { header, as_it_is, compressed };
    Result<void> begin_packet();
    // One step of a compressed payload. False: it needs more input or more room.
    Result<bool> decode(BytesView in, std::span<std::uint8_t> out, Progress& progress);
    void end_packet();

    CompressionAlgorithm algorithm_;
    State state_ = State::header;
    std::uint8_t sequence_ = 0;
    std::uint8_t header_filled_ = 0;
    std::array<std::uint8_t, compressed_header_size> header_{};
    std::size_t left_ = 0;       // of the payload as it was sent
    std::size_t announced_ = 0;  // of the payload before it was compressed, what was not given out yet
    bool starved_ = true;        // the decoder has given out all it had
    std::optional<StreamDecoder> decoder_;
};

}  // namespace leasehold::wire
