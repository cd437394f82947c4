#include "proxy/compressed_stream.h"

#include <algorithm>

namespace leasehold::proxy {

Result<net::StreamFilter::Progress> CompressedStream::unwrap(std::span<const std::uint8_t> in,
                                                             std::span<std::uint8_t> out) {
    const Result<wire::CompressedReader::Progress> progress = reader_.feed(in, out);
    if (!progress) return progress.error();
    return Progress{progress->taken, progress->given};
}

net::StreamFilter::Wrapped CompressedStream::wrap(std::span<const std::uint8_t> bytes) {
    const wire::BytesView piece = bytes.first(std::min(bytes.size(), wire::PacketCompressor::max_piece));
    return {piece.size(), compressor_.pack(compression_, reader_.take_sequence(), piece)};
}

}  // namespace leasehold::proxy
