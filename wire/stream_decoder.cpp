#include "wire/stream_decoder.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <new>

#include "base/mysql_errors.h"

namespace leasehold::wire {
namespace {

// zconf.h: 7 KiB and the window of 32 KiB, which is made only when a payload does not come in one piece.
constexpr std::size_t inflate_memory = (1U << MAX_WBITS) + 7 * 1024;
// No payload is longer, so no larger window is of use.
constexpr int max_window_log = 24;

// RFC 8878, 3.1.1: how a frame begins. The library as Debian builds it takes the formats before 0.8 too, and
// frames to be skipped: nobody sends either.
constexpr std::array<std::uint8_t, 4> zstd_magic{0x28, 0xB5, 0x2F, 0xFD};

Error broken() {
    return make_error(mysql_error::net_uncompress_error, "Couldn't uncompress communication packet");
}

}  // namespace

StreamDecoder::StreamDecoder(CompressionAlgorithm algorithm) {
    if (algorithm == CompressionAlgorithm::zlib) {
        zlib_ = std::make_unique<z_stream>();
        if (inflateInit(zlib_.get()) != Z_OK) throw std::bad_alloc();
        memory_.set(inflate_memory);
    } else {
        zstd_ = ZSTD_createDCtx();
        if (zstd_ == nullptr) throw std::bad_alloc();
        ZSTD_DCtx_setParameter(zstd_, ZSTD_d_windowLogMax, max_window_log);
        memory_.set(ZSTD_sizeof_DCtx(zstd_));
    }
}

StreamDecoder::~StreamDecoder() {
    if (zlib_) inflateEnd(zlib_.get());
    ZSTD_freeDCtx(zstd_);
}

Result<StreamDecoder::Step> StreamDecoder::step(BytesView in, std::span<std::uint8_t> out) {
    return zlib_ ? inflate(in, out) : decompress_zstd(in, out);
}

Result<StreamDecoder::Step> StreamDecoder::inflate(BytesView in, std::span<std::uint8_t> out) {
    std::uint8_t none = 0;  // zlib takes no null pointers
    zlib_->next_in = in.empty() ? &none : const_cast<std::uint8_t*>(in.data());  // read only
    zlib_->avail_in = static_cast<uInt>(in.size());
    zlib_->next_out = out.empty() ? &none : out.data();
    zlib_->avail_out = static_cast<uInt>(out.size());
    const int what = ::inflate(zlib_.get(), Z_NO_FLUSH);
    if (what != Z_OK && what != Z_STREAM_END && what != Z_BUF_ERROR) return broken();
    return Step{in.size() - zlib_->avail_in, out.size() - zlib_->avail_out, what == Z_STREAM_END};
}

Result<StreamDecoder::Step> StreamDecoder::decompress_zstd(BytesView in, std::span<std::uint8_t> out) {
    const std::size_t begins = std::min(in.size(), zstd_magic.size() - magic_seen_);
    if (!std::equal(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(begins),
                    zstd_magic.begin() + magic_seen_))
        return broken();
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t left = ZSTD_decompressStream(zstd_, &to, &from);
    if (ZSTD_isError(left) != 0) return broken();
    magic_seen_ += std::min(begins, from.pos);
    memory_.set(ZSTD_sizeof_DCtx(zstd_));
    return Step{from.pos, to.pos, left == 0 && (from.pos > 0 || to.pos > 0)};
}

}  // namespace leasehold::wire
