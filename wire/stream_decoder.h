// One compressed payload as a stream: takes pieces, gives pieces, holds no more than the algorithm's window.
// Made for one payload and dropped with it. Pure. For this folder's own use.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/error.h"
#include "base/memory_account.h"
#include "wire/bytes.h"
#include "wire/compression.h"

struct z_stream_s;
struct ZSTD_DCtx_s;

namespace leasehold::wire {

class StreamDecoder {
  public:
    explicit StreamDecoder(CompressionAlgorithm algorithm);
    ~StreamDecoder();
    StreamDecoder(const StreamDecoder&) = delete;
    StreamDecoder& operator=(const StreamDecoder&) = delete;

    struct Step {
        std::size_t taken = 0;
        std::size_t given = 0;
        bool ended = false;  // the stream is at its own end
    };
    // Neither taken nor given: more input is needed, or more room. Error: 1157.
    Result<Step> step(BytesView in, std::span<std::uint8_t> out);

  private:
    Result<Step> inflate(BytesView in, std::span<std::uint8_t> out);
    Result<Step> decompress_zstd(BytesView in, std::span<std::uint8_t> out);

    std::unique_ptr<z_stream_s> zlib_;
    ZSTD_DCtx_s* zstd_ = nullptr;
    std::size_t magic_seen_ = 0;  // bytes of the frame's first four
    MemoryCharge memory_{MemoryPart::compression};
};

}  // namespace leasehold::wire
