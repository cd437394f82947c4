// What the compressed protocol is made of: packets of a header of 7 bytes (length as sent, sequence id of
// this layer, length before compression) and a piece of the stream of frames, cut anywhere; 0 as the second
// length means that the piece is not compressed. It begins after the OK packet of the login. Source:
// dev.mysql.com, "MySQL Server Developer Documentation: Compression".
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/capabilities.h"

namespace leasehold::wire {

enum class CompressionAlgorithm : std::uint8_t { zlib, zstd };

inline constexpr std::size_t compressed_header_size = 7;
// Both lengths have three bytes.
inline constexpr std::size_t max_compressed_payload = 0xFFFFFF;
// A shorter piece goes as it is: MySQL's and MariaDB's own MIN_COMPRESS_LENGTH.
inline constexpr std::size_t min_compressed_payload = 50;

struct Compression {
    CompressionAlgorithm algorithm = CompressionAlgorithm::zlib;
    int level = 6;
};

// zlib's level is the server's choice, zstd's the client's, 1 to 22 (MySQL's default is 3); what is neither
// is put right.
inline constexpr int zlib_level = 6;
inline constexpr int max_zstd_level = 22;

// What both sides of a login have agreed on: zlib where they have both.
inline std::optional<Compression> compression_of(Capabilities agreed, std::uint8_t zstd_level) {
    if (has(agreed, capability::compress)) return Compression{CompressionAlgorithm::zlib, zlib_level};
    if (!has(agreed, capability::zstd)) return std::nullopt;
    const int level = zstd_level == 0 ? 3 : std::min<int>(zstd_level, max_zstd_level);
    return Compression{CompressionAlgorithm::zstd, level};
}

}  // namespace leasehold::wire
