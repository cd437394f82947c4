#include "wire/packet_rest.h"

#include "base/mysql_errors.h"

namespace leasehold::wire {

Result<void> PacketRest::begin_frame(FrameHeader header) {
    ++sequence_;
    if (header.sequence != sequence_) {
        return make_error(mysql_error::net_packets_out_of_order, "Got packets out of order");
    }
    total_ += header.length;
    if (total_ > limit_) {
        return make_error(mysql_error::net_packet_too_large,
                          "Got a packet bigger than 'max_allowed_packet' bytes");
    }
    left_ = header.length;
    last_frame_ = header.length < max_frame_payload;
    return {};
}

}  // namespace leasehold::wire
