#include "wire/packet_compressor.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>

namespace leasehold::wire {
namespace {

// zconf.h: (1 << (windowBits + 2)) + (1 << (memLevel + 9)), "plus a few kilobytes".
constexpr std::size_t deflate_memory = (1U << (MAX_WBITS + 2)) + (1U << (8 + 9)) + 6 * 1024;

void store_u24(std::uint8_t* to, std::size_t value) {
    to[0] = static_cast<std::uint8_t>(value);
    to[1] = static_cast<std::uint8_t>(value >> 8);
    to[2] = static_cast<std::uint8_t>(value >> 16);
}

}  // namespace

PacketCompressor::PacketCompressor() = default;

PacketCompressor::~PacketCompressor() {
    shrink();
}

void PacketCompressor::shrink() noexcept {
    if (zlib_) deflateEnd(zlib_.get());
    zlib_.reset();
    zlib_memory_.set(0);
    ZSTD_freeCCtx(zstd_);
    zstd_ = nullptr;
    zstd_memory_.set(0);
    out_ = {};
}

BytesView PacketCompressor::pack(Compression compression, std::uint8_t sequence, BytesView payload) {
    if (out_.empty()) out_.resize(compressed_header_size + max_piece);
    std::size_t size = 0;
    if (payload.size() >= min_compressed_payload) {
        size = compression.algorithm == CompressionAlgorithm::zlib
                   ? deflate(compression.level, payload)
                   : compress_zstd(compression.level, payload);
    }
    store_u24(out_.data() + 4, size == 0 ? 0 : payload.size());
    if (size == 0) {
        size = payload.size();
        std::copy(payload.begin(), payload.end(), out_.begin() + compressed_header_size);
    }
    store_u24(out_.data(), size);
    out_[3] = sequence;
    return BytesView(out_).first(compressed_header_size + size);
}

std::size_t PacketCompressor::deflate(int level, BytesView payload) {
    if (!zlib_) {
        auto stream = std::make_unique<z_stream>();
        if (deflateInit(stream.get(), level) != Z_OK) return 0;
        zlib_ = std::move(stream);
        zlib_memory_.set(deflate_memory);
    }
    deflateReset(zlib_.get());
    zlib_->next_in = const_cast<std::uint8_t*>(payload.data());  // read only, whatever its type says
    zlib_->avail_in = static_cast<uInt>(payload.size());
    zlib_->next_out = out_.data() + compressed_header_size;
    zlib_->avail_out = static_cast<uInt>(payload.size() - 1);
    return ::deflate(zlib_.get(), Z_FINISH) == Z_STREAM_END ? zlib_->total_out : 0;
}

std::size_t PacketCompressor::compress_zstd(int level, BytesView payload) {
    if (zstd_ == nullptr) zstd_ = ZSTD_createCCtx();
    if (zstd_ == nullptr) return 0;
    const std::size_t size = ZSTD_compressCCtx(zstd_, out_.data() + compressed_header_size,
                                               payload.size() - 1, payload.data(), payload.size(), level);
    zstd_memory_.set(ZSTD_sizeof_CCtx(zstd_));
    return ZSTD_isError(size) != 0 ? 0 : size;
}

}  // namespace leasehold::wire
