// Compressed packets, traps.md W9: literal ones, cut anywhere, and ones that lie.
#include "wire/compression.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"
#include "wire/compressed_reader.h"
#include "wire/packet_compressor.h"

namespace leasehold::wire {
namespace {

using testing::exact;
using testing::for_each_truncation;
using testing::hex;
using testing::text_bytes;
using testing::to_hex;

const std::string statement = "select \"012345678901234567890123456789012345\"";
// The example of dev.mysql.com, "Compressed Packet: Compressed Payload".
const Bytes zlib_packet =
    hex("22 00 00 00 32 00 00 78 9c d3 63 60 60 60 2e 4e cd 49 4d 2e 51 50 32 30 34 32 36 31 35 33 b7 b0 c4 "
        "cd 52 02 00 0c d1 "
        "0a 6c");
// The same by zstd -3.
const Bytes zstd_packet = hex(
    "27 00 00 00 32 00 00 28b52ffd0058f50000c02e0000000373656c6563742022303132333435363738392201006b9726");

// What a reader gives for a stream that comes in pieces of `piece` bytes into room for `room`. As a channel
// does it: no more than is wanted at a time.
Result<Bytes> read(CompressedReader& reader, BytesView stream, std::size_t piece, std::size_t room) {
    Bytes out;
    for (;;) {
        const std::size_t n = std::min({piece, stream.size(), std::max<std::size_t>(reader.wanted(), 1)});
        const Bytes in = exact(stream.first(n));
        std::size_t taken = 0;
        for (;;) {
            Bytes given(room);
            const auto moved = reader.feed(BytesView(in).subspan(taken), given);
            if (!moved) return moved.error();
            taken += moved->taken;
            append_bytes(out, BytesView(given).first(moved->given));
            if (moved->given < room) break;
        }
        EXPECT_EQ(taken, n);
        stream = stream.subspan(n);
        if (stream.empty()) return out;
    }
}

Result<Bytes> read(CompressionAlgorithm algorithm, BytesView stream, std::size_t piece = 1 << 20,
                   std::size_t room = 1 << 20) {
    CompressedReader reader(algorithm);
    return read(reader, stream, piece, room);
}

std::string text_of(const Result<Bytes>& bytes) {
    if (!bytes) return "refused: " + std::to_string(bytes.error().code) + " " + bytes.error().message;
    return std::string(to_text(*bytes));
}

Bytes noise(std::size_t size, std::uint32_t seed) {
    Bytes bytes(size);
    for (auto& byte : bytes) {
        seed = seed * 1664525 + 1013904223;
        byte = static_cast<std::uint8_t>(seed >> 24);
    }
    return bytes;
}

TEST(W9_CompressedReader, LiteralPackets) {
    const std::string frame = std::string("\x2e\0\0\0\x03", 5) + statement;
    EXPECT_EQ(text_of(read(CompressionAlgorithm::zlib, zlib_packet)), frame);
    EXPECT_EQ(text_of(read(CompressionAlgorithm::zstd, zstd_packet)), frame);
    EXPECT_EQ(text_of(read(CompressionAlgorithm::zlib, hex("05 00 00 00 00 00 00 01 00 00 00 0e"))),
              std::string("\x01\0\0\0\x0e", 5));
}

TEST(W9_CompressedReader, InAnyPiecesIntoAnyRoom) {
    for (const auto& [algorithm, packet] : {std::pair(CompressionAlgorithm::zlib, zlib_packet),
                                            std::pair(CompressionAlgorithm::zstd, zstd_packet)}) {
        Bytes stream = packet;
        append_bytes(stream, hex("05 00 00 01 00 00 00 01 00 00 01 0e"));  // continues, as it is
        append_bytes(stream, packet);                                      // begins anew with 0
        const std::string whole = text_of(read(algorithm, stream));
        ASSERT_EQ(whole.size(), 105U);
        for (std::size_t piece = 1; piece <= packet.size() + 1; ++piece) {
            for (const std::size_t room :
                 {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{50}, std::size_t{51}})
                EXPECT_EQ(text_of(read(algorithm, stream, piece, room)), whole) << piece << " " << room;
        }
    }
}

TEST(W9_CompressedReader, RestsOnlyBetweenPackets) {
    CompressedReader reader(CompressionAlgorithm::zlib);
    EXPECT_TRUE(reader.between_packets());
    EXPECT_EQ(reader.wanted(), 7U);
    for_each_truncation(zlib_packet, [&](BytesView prefix, std::size_t size) {
        CompressedReader cut(CompressionAlgorithm::zlib);
        ASSERT_TRUE(read(cut, prefix, 1 << 20, 1 << 20));
        if (size == 0) return;
        EXPECT_FALSE(cut.between_packets()) << size;
        EXPECT_LE(size + cut.wanted(), zlib_packet.size()) << "never asks for bytes of the next";
        EXPECT_GT(cut.wanted(), 0U);
    });
    ASSERT_TRUE(read(reader, zlib_packet, 1 << 20, 1 << 20));
    EXPECT_TRUE(reader.between_packets());
}

TEST(W9_CompressedReader, SequencesRunOnAndBeginAnew) {
    CompressedReader reader(CompressionAlgorithm::zlib);
    ASSERT_TRUE(read(reader, hex("01 00 00 00 00 00 00 aa 01 00 00 01 00 00 00 bb"), 100, 100));
    EXPECT_EQ(reader.take_sequence(), 2);  // of the answer
    EXPECT_EQ(reader.take_sequence(), 3);
    EXPECT_TRUE(read(reader, hex("01 00 00 04 00 00 00 cc"), 100, 100));  // a file that was asked for
    EXPECT_TRUE(read(reader, hex("01 00 00 00 00 00 00 dd"), 100, 100));  // the next command
    const auto skipped = read(reader, hex("01 00 00 02 00 00 00 ee"), 100, 100);
    ASSERT_FALSE(skipped);
    EXPECT_EQ(skipped.error().code, mysql_error::net_packets_out_of_order);
    CompressedReader long_one(CompressionAlgorithm::zlib);
    for (int i = 0; i < 300; ++i) {
        const Bytes packet{1, 0, 0, static_cast<std::uint8_t>(i), 0, 0, 0, 'x'};
        ASSERT_TRUE(read(long_one, packet, 100, 100)) << i;
    }
    EXPECT_EQ(long_one.take_sequence(), 300 & 255);
}

TEST(W9_CompressedReader, RefusesWhatLies) {
    const auto with = [](Bytes packet, std::size_t at, std::uint8_t value) {
        packet[at] = value;
        return packet;
    };
    Bytes trailing = zlib_packet;
    trailing[0] = 0x23;
    trailing.push_back(0);
    Bytes zstd_trailing = zstd_packet;
    zstd_trailing[0] = 0x28;
    zstd_trailing.push_back(0);
    struct Row {
        CompressionAlgorithm algorithm;
        Bytes stream;
    };
    const Row rows[] = {
        {CompressionAlgorithm::zlib, hex("00 00 00 00 00 00 00")},  // empty
        {CompressionAlgorithm::zlib, hex("00 00 00 00 32 00 00")},  // empty and announces 50 bytes
        {CompressionAlgorithm::zlib, with(zlib_packet, 4, 0x31)},   // holds more than it announces
        {CompressionAlgorithm::zlib, with(zlib_packet, 4, 0x01)},
        {CompressionAlgorithm::zlib, with(zlib_packet, 4, 0x33)},   // holds less
        {CompressionAlgorithm::zlib, with(zlib_packet, 6, 0xff)},   // announces 16 MiB
        {CompressionAlgorithm::zlib, with(zlib_packet, 0, 0x21)},   // cut off
        {CompressionAlgorithm::zlib, with(zlib_packet, 40, 0xff)},  // a wrong checksum
        {CompressionAlgorithm::zlib, with(zlib_packet, 7, 0x79)},   // no zlib
        {CompressionAlgorithm::zlib, trailing},
        {CompressionAlgorithm::zlib, zstd_packet},  // the other algorithm
        {CompressionAlgorithm::zstd, with(zstd_packet, 4, 0x31)},
        {CompressionAlgorithm::zstd, with(zstd_packet, 4, 0x33)},
        {CompressionAlgorithm::zstd, with(zstd_packet, 0, 0x26)},
        {CompressionAlgorithm::zstd, zstd_trailing},
        {CompressionAlgorithm::zstd, zlib_packet},
        // A skippable frame, which gives nothing.
        {CompressionAlgorithm::zstd, hex("0c 00 00 00 32 00 00 50 2a 4d 18 04 00 00 00 00 00 00 00")},
        // A window of 2 GiB.
        {CompressionAlgorithm::zstd, hex("0a 00 00 00 32 00 00 28 b5 2f fd 00 a8 00 00 00 00")},
    };
    for (const Row& row : rows) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{100}}) {
            const auto out = read(row.algorithm, row.stream, piece, 1 << 16);
            ASSERT_FALSE(out) << to_hex(row.stream);
            EXPECT_EQ(out.error().code, mysql_error::net_uncompress_error);
        }
    }
}

// A packet of 64 KiB that inflates to 16 MiB: it comes out by pieces, and nobody ever holds it.
TEST(W9_CompressedReader, ABombComesOutByPieces) {
    PacketCompressor compressor;
    for (const auto algorithm : {CompressionAlgorithm::zlib, CompressionAlgorithm::zstd}) {
        const std::uint64_t before = memory_of(MemoryPart::compression);
        // 512 pieces of zeros as one stream, by hand: the compressor's own packets are no larger than 32 KiB.
        Bytes stream;
        CompressedReader reader(algorithm);
        std::uint64_t total = 0;
        const Bytes zeros(PacketCompressor::max_piece);
        for (int i = 0; i < 512; ++i) {
            const BytesView packet = compressor.pack({algorithm, 3}, static_cast<std::uint8_t>(i), zeros);
            EXPECT_LT(packet.size(), 200U);
            Bytes room(1000);
            BytesView in = packet;
            for (;;) {
                const auto moved = reader.feed(in, room);
                ASSERT_TRUE(moved);
                in = in.subspan(moved->taken);
                total += moved->given;
                if (moved->given < room.size()) break;
            }
        }
        EXPECT_EQ(total, 512U * PacketCompressor::max_piece);
        compressor.shrink();
        EXPECT_EQ(memory_of(MemoryPart::compression), before) << "nothing is held between packets";
    }
}

TEST(W9_PacketCompressor, ShortAndIncompressiblePiecesGoAsTheyAre) {
    PacketCompressor compressor;
    for (const auto algorithm : {CompressionAlgorithm::zlib, CompressionAlgorithm::zstd}) {
        const Bytes short_one(min_compressed_payload - 1, 'a');
        EXPECT_EQ(to_hex(compressor.pack({algorithm, 3}, 7, short_one).first(8)),
                  "31000007000000"
                  "61");
        const Bytes random = noise(PacketCompressor::max_piece, 1);
        const BytesView packet = compressor.pack({algorithm, 3}, 255, random);
        EXPECT_EQ(packet.size(), random.size() + compressed_header_size);
        EXPECT_EQ(to_hex(packet.first(7)), "008000ff000000");
        EXPECT_TRUE(std::ranges::equal(packet.subspan(7), random));
    }
}

TEST(W9_PacketCompressor, WhatItPacksIsRead) {
    PacketCompressor compressor;
    for (const auto algorithm : {CompressionAlgorithm::zlib, CompressionAlgorithm::zstd}) {
        for (const int level : {1, 6, 9, 22}) {
            if (algorithm == CompressionAlgorithm::zlib && level > 9) continue;
            CompressedReader reader(algorithm);
            for (const std::size_t size : {1, 49, 50, 51, 1000, 16384, 32768}) {
                Bytes payload = noise(size, static_cast<std::uint32_t>(size));
                for (std::size_t i = 0; i < payload.size(); ++i)
                    payload[i] = static_cast<std::uint8_t>(payload[i] & 3);
                const BytesView packet = compressor.pack({algorithm, level}, 0, payload);
                EXPECT_LT(packet.size(), size <= 1000 ? size + 8 : size / 2);
                const auto out = read(reader, packet, 100, 333);
                ASSERT_TRUE(out) << out.error().message;
                EXPECT_EQ(*out, payload);
            }
        }
    }
}

TEST(W9_Compression, WhatWasAgreedOn) {
    using namespace capability;
    EXPECT_FALSE(compression_of(protocol_41, 3));
    EXPECT_EQ(compression_of(compress | zstd, 3)->algorithm, CompressionAlgorithm::zlib);
    EXPECT_EQ(compression_of(zstd, 7)->algorithm, CompressionAlgorithm::zstd);
    EXPECT_EQ(compression_of(zstd, 7)->level, 7);
    EXPECT_EQ(compression_of(zstd, 0)->level, 3);
    EXPECT_EQ(compression_of(zstd, 255)->level, 22);
}

}  // namespace
}  // namespace leasehold::wire
