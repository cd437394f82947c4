// The compressed protocol towards one client, as its channel's filter. Thread: the worker's.
#pragma once

#include "net/stream_filter.h"
#include "wire/compressed_reader.h"
#include "wire/packet_compressor.h"

namespace leasehold::proxy {

class CompressedStream final : public net::StreamFilter {
  public:
    // `compressor` is the worker's, which all its clients share.
    CompressedStream(wire::PacketCompressor& compressor, wire::Compression compression)
        : compressor_(compressor), compression_(compression), reader_(compression.algorithm) {}

    std::size_t wanted() const override { return reader_.wanted(); }
    Result<Progress> unwrap(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) override;
    bool at_rest() const override { return reader_.between_packets(); }
    Wrapped wrap(std::span<const std::uint8_t> bytes) override;

  private:
    wire::PacketCompressor& compressor_;
    const wire::Compression compression_;
    wire::CompressedReader reader_;
};

}  // namespace leasehold::proxy
