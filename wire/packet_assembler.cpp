#include <algorithm>
#include <string>

#include "base/mysql_errors.h"
#include "wire/frame.h"

namespace leasehold::wire {
namespace {

constexpr std::size_t kept_capacity = 16 * 1024;

}  // namespace

Result<void> PacketAssembler::start_frame() {
    const FrameHeader header = load_frame_header(header_);
    if (header.sequence != expected_) {
        return make_error(mysql_error::net_packets_out_of_order,
                          "Got packets out of order: sequence id " + std::to_string(header.sequence) +
                              " instead of " + std::to_string(expected_));
    }
    if (header.length > limit_ - payload_.size()) {
        return make_error(mysql_error::net_packet_too_large,
                          "Got a packet bigger than the limit of " + std::to_string(limit_) + " bytes");
    }
    ++expected_;
    frames_ += 1;
    header_filled_ = 0;
    frame_left_ = header.length;
    last_frame_ = header.length < max_frame_payload;
    state_ = State::body;
    return {};
}

Result<std::size_t> PacketAssembler::feed(BytesView in) {
    std::size_t used = 0;
    while (state_ != State::complete) {
        if (state_ == State::header) {
            while (header_filled_ < frame_header_size && used < in.size())
                header_[header_filled_++] = in[used++];
            if (header_filled_ < frame_header_size) return used;
            // The limit may have been lowered in the middle of a packet.
            if (payload_.size() > limit_) limit_ = payload_.size();
            if (auto started = start_frame(); !started) return started.error();
        }
        const std::size_t taken = std::min(frame_left_, in.size() - used);
        append_bytes(payload_, in.subspan(used, taken));
        used += taken;
        frame_left_ -= taken;
        if (frame_left_ > 0) return used;
        state_ = last_frame_ ? State::complete : State::header;
    }
    return used;
}

void PacketAssembler::reset(std::uint8_t expected_sequence) {
    if (payload_.capacity() > kept_capacity) {
        payload_ = Bytes();
    } else {
        payload_.clear();
    }
    frame_left_ = 0;
    frames_ = 0;
    header_filled_ = 0;
    expected_ = expected_sequence;
    last_frame_ = false;
    state_ = State::header;
}

}  // namespace leasehold::wire
