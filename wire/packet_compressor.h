// Makes compressed packets. Holds the working memory of both algorithms (some 300 KiB each, made at first
// use), so one serves many connections of a thread. Pure.
#pragma once

#include <cstdint>
#include <memory>

#include "base/memory_account.h"
#include "wire/bytes.h"
#include "wire/compression.h"

struct z_stream_s;
struct ZSTD_CCtx_s;

namespace leasehold::wire {

class PacketCompressor {
  public:
    PacketCompressor();
    ~PacketCompressor();
    PacketCompressor(const PacketCompressor&) = delete;
    PacketCompressor& operator=(const PacketCompressor&) = delete;

    // Pieces are no larger: a relay's buffer is one, and a long statement keeps no other waiting.
    static constexpr std::size_t max_piece = 32 * 1024;
    // One packet with all of `payload`, of max_piece bytes at most; as it is when it is short or does not
    // become smaller. Valid until the next call.
    BytesView pack(Compression compression, std::uint8_t sequence, BytesView payload);

    // Gives the working memory back.
    void shrink() noexcept;

  private:
    // The size; 0: not smaller than `payload`, or the library could not.
    std::size_t deflate(int level, BytesView payload);
    std::size_t compress_zstd(int level, BytesView payload);

    Bytes out_;
    std::unique_ptr<z_stream_s> zlib_;
    ZSTD_CCtx_s* zstd_ = nullptr;
    MemoryCharge zlib_memory_{MemoryPart::compression};
    MemoryCharge zstd_memory_{MemoryPart::compression};
};

}  // namespace leasehold::wire
