#include "wire/frame.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::text_bytes;
using testing::to_hex;

// Payloads of the sizes where frames split (trap W1), with the headers that dev.mysql.com, "Sending More Than
// 16Mb", gives them.
struct SplitCase {
    std::size_t payload;
    std::vector<std::size_t> frames;
};
const SplitCase split_cases[] = {
    {0, {0}},
    {1, {1}},
    {max_frame_payload - 1, {max_frame_payload - 1}},
    {max_frame_payload, {max_frame_payload, 0}},
    {max_frame_payload + 1, {max_frame_payload, 1}},
    {2 * max_frame_payload, {max_frame_payload, max_frame_payload, 0}},
    {2 * max_frame_payload + 7, {max_frame_payload, max_frame_payload, 7}},
};

Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    std::uint32_t x = 1;
    for (auto& byte : bytes) {
        x = x * 1664525 + 1013904223;
        byte = static_cast<std::uint8_t>(x >> 24);
    }
    return bytes;
}

void expect_frames(BytesView out, BytesView payload, const std::vector<std::size_t>& frames,
                   std::uint8_t sequence) {
    std::size_t at = 0;
    std::size_t done = 0;
    for (const std::size_t length : frames) {
        ASSERT_LE(at + 4 + length, out.size());
        EXPECT_EQ(load_u24(out.data() + at), length);
        EXPECT_EQ(out[at + 3], sequence++);
        EXPECT_TRUE(std::ranges::equal(out.subspan(at + 4, length), payload.subspan(done, length)));
        at += 4 + length;
        done += length;
    }
    EXPECT_EQ(at, out.size());
}

TEST(W1_AppendPacket, SplitsAt16MiBWithTheTrailingEmptyFrame) {
    for (const auto& [size, frames] : split_cases) {
        const Bytes payload = pattern(size);
        Bytes out;
        std::uint8_t sequence = 254;
        append_packet(out, payload, sequence);
        expect_frames(out, payload, frames, 254);
        EXPECT_EQ(sequence, static_cast<std::uint8_t>(254 + frames.size())) << size;
    }
}

TEST(W1_EndPacket, SplitsInPlaceLikeAppendPacket) {
    for (const auto& [size, frames] : split_cases) {
        const Bytes payload = pattern(size);
        Bytes out = hex("0102");
        std::uint8_t sequence = 255;
        const std::size_t start = begin_packet(out);
        append_bytes(out, payload);
        end_packet(out, start, sequence);
        EXPECT_EQ(out[0], 1U);
        expect_frames(BytesView(out).subspan(2), payload, frames, 255);
        EXPECT_EQ(sequence, static_cast<std::uint8_t>(255 + frames.size())) << size;
    }
}

TEST(PeekPacket, GivesWholeSingleFramesOnly) {
    const Bytes two = hex("02000003 6162 01000004 63");
    const auto packet = peek_packet(two);
    ASSERT_TRUE(packet.has_value());
    EXPECT_EQ(to_text(packet->payload), "ab");
    EXPECT_EQ(packet->sequence, 3);
    EXPECT_EQ(packet->size, 6U);
    for (std::size_t size = 0; size < 6; ++size)
        EXPECT_FALSE(peek_packet(BytesView(two).first(size))) << size;
    EXPECT_TRUE(peek_packet(hex("00000000")).has_value());
    // A frame of the largest size is not the packet's last.
    Bytes large(4 + max_frame_payload);
    large[0] = large[1] = large[2] = 0xFF;
    EXPECT_FALSE(peek_packet(large).has_value());
}

TEST(PacketAssembler, PutsOnePacketTogetherFromAnyPieces) {
    const Bytes stream = hex("03000000 616263 00000001 01000002 64");
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        PacketAssembler assembler(100);
        std::vector<std::string> packets;
        BytesView left = stream;
        while (!left.empty()) {
            const auto used = assembler.feed(left.first(std::min(piece, left.size())));
            ASSERT_TRUE(used.has_value());
            left = left.subspan(*used);
            if (!assembler.complete()) continue;
            packets.emplace_back(to_text(assembler.payload()));
            EXPECT_EQ(*assembler.feed(left), 0U);
            assembler.reset(static_cast<std::uint8_t>(assembler.sequence() + 1));
            EXPECT_TRUE(assembler.empty());
        }
        EXPECT_EQ(packets, (std::vector<std::string>{"abc", "", "d"})) << piece;
    }
}

TEST(W1_PacketAssembler, JoinsFrames) {
    for (const auto& [size, frames] : split_cases) {
        const Bytes payload = pattern(size);
        Bytes stream;
        std::uint8_t sequence = 0;
        append_packet(stream, payload, sequence);
        append_u8(stream, 0xEE);  // the next packet's
        PacketAssembler assembler(size);
        BytesView left = stream;
        while (!assembler.complete()) {
            const auto used = assembler.feed(left.first(std::min<std::size_t>(1'000'003, left.size())));
            ASSERT_TRUE(used.has_value());
            left = left.subspan(*used);
        }
        EXPECT_EQ(left.size(), 1U);
        EXPECT_TRUE(std::ranges::equal(assembler.payload(), payload)) << size;
        EXPECT_EQ(assembler.sequence(), frames.size() - 1);
    }
}

TEST(PacketAssembler, RefusesMoreThanItsLimitByTheHeaderAlone) {
    PacketAssembler assembler(10);
    ASSERT_TRUE(assembler.feed(hex("0a000000 61")).has_value());
    assembler.reset(0);
    const auto fed = assembler.feed(hex("0b000000"));
    ASSERT_FALSE(fed.has_value());
    EXPECT_EQ(fed.error().code, mysql_error::net_packet_too_large);
    EXPECT_EQ(fed.error().sqlstate, "08S01");
}

TEST(PacketAssembler, RefusesContinuationsBeyondItsLimit) {
    PacketAssembler assembler(max_frame_payload + 3);
    Bytes first(4 + max_frame_payload);
    first[0] = first[1] = first[2] = 0xFF;
    ASSERT_TRUE(assembler.feed(first).has_value());
    EXPECT_FALSE(assembler.complete());
    const auto fed = assembler.feed(hex("04000001"));
    ASSERT_FALSE(fed.has_value());
    EXPECT_EQ(fed.error().code, mysql_error::net_packet_too_large);
}

TEST(PacketAssembler, RefusesAWrongSequenceId) {
    PacketAssembler assembler(100);
    assembler.reset(5);
    const auto fed = assembler.feed(hex("01000006 61"));
    ASSERT_FALSE(fed.has_value());
    EXPECT_EQ(fed.error().code, mysql_error::net_packets_out_of_order);
    EXPECT_EQ(fed.error().sqlstate, "08S01");
}

TEST(PacketAssembler, AnnouncedLengthTakesNoMemory) {
    PacketAssembler assembler(std::size_t{1} << 30);
    ASSERT_TRUE(assembler.feed(hex("feffff00 6162")).has_value());
    EXPECT_LT(assembler.capacity(), 1024U);
}

TEST(PacketAssembler, GivesLargeMemoryBackOnReset) {
    PacketAssembler assembler(std::size_t{1} << 20);
    Bytes stream;
    std::uint8_t sequence = 0;
    append_packet(stream, pattern(100'000), sequence);
    ASSERT_TRUE(assembler.feed(stream).has_value());
    EXPECT_TRUE(assembler.complete());
    EXPECT_LE(assembler.capacity(), 200'000U);
    assembler.reset(0);
    EXPECT_EQ(assembler.capacity(), 0U);

    ASSERT_TRUE(assembler.feed(hex("01000000 61")).has_value());
    const std::size_t small = assembler.capacity();
    assembler.reset(0);
    EXPECT_EQ(assembler.capacity(), small);
}

}  // namespace
}  // namespace leasehold::wire
