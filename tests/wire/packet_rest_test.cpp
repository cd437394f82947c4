#include "wire/packet_rest.h"

#include <gtest/gtest.h>

#include "base/mysql_errors.h"

namespace leasehold::wire {
namespace {

TEST(PacketRest, OneFrame) {
    PacketRest rest({100, 0}, 30, 1000);
    EXPECT_TRUE(rest.in_last_frame());
    EXPECT_EQ(rest.left(), 70U);
    rest.take(69);
    EXPECT_FALSE(rest.done());
    rest.take(1);
    EXPECT_TRUE(rest.done());
    EXPECT_FALSE(rest.at_header());
    EXPECT_EQ(rest.sequence(), 0);
}

TEST(PacketRest, SeveralFramesEndWithAShortOne) {
    PacketRest rest({max_frame_payload, 0}, max_frame_payload - 1, 64U << 20);
    EXPECT_FALSE(rest.in_last_frame());
    rest.take(1);
    EXPECT_TRUE(rest.at_header());
    ASSERT_TRUE(rest.begin_frame({max_frame_payload, 1}).has_value());
    rest.take(max_frame_payload);
    EXPECT_TRUE(rest.at_header());
    ASSERT_TRUE(rest.begin_frame({0, 2}).has_value());
    EXPECT_TRUE(rest.done());
    EXPECT_EQ(rest.total(), 2 * max_frame_payload);
    EXPECT_EQ(rest.sequence(), 2);
}

TEST(PacketRest, SequenceOutOfOrder) {
    PacketRest rest({max_frame_payload, 0}, max_frame_payload, 64U << 20);
    const Result<void> wrong = rest.begin_frame({5, 2});
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(wrong.error().code, mysql_error::net_packets_out_of_order);
}

TEST(PacketRest, SequenceWraps) {
    PacketRest rest({max_frame_payload, 255}, max_frame_payload, 64U << 20);
    EXPECT_TRUE(rest.begin_frame({5, 0}).has_value());
}

TEST(PacketRest, LimitOverAllFrames) {
    PacketRest rest({max_frame_payload, 0}, max_frame_payload, max_frame_payload + 10);
    const Result<void> wrong = rest.begin_frame({11, 1});
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(wrong.error().code, mysql_error::net_packet_too_large);
}

}  // namespace
}  // namespace leasehold::wire
