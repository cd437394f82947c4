#include "pool/packet_io.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "wire/frame.h"

namespace leasehold::pool {

Error io_error(net::IoStatus status) {
    if (status == net::IoStatus::interrupted) {
        return make_error(mysql_error::query_interrupted, "interrupted or timed out");
    }
    return make_error(mysql_error::server_lost, "the connection was closed");
}

net::Task<Result<Packet>> read_packet(net::Channel& channel, std::size_t limit, net::Interrupt& interrupt) {
    Packet packet;
    std::size_t length = 0;
    do {
        std::uint8_t raw[wire::frame_header_size];
        net::IoStatus status = co_await channel.read_exactly(raw, interrupt);
        if (status != net::IoStatus::done) co_return io_error(status);
        const wire::FrameHeader header = wire::load_frame_header(raw);
        length = header.length;
        packet.sequence = header.sequence;
        const std::size_t start = packet.payload.size();
        if (start + length > limit) {
            co_return make_error(mysql_error::net_packet_too_large,
                                 "Got a packet bigger than the limit of " + std::to_string(limit) + " bytes");
        }
        packet.payload.resize(start + length);
        status = co_await channel.read_exactly(std::span(packet.payload).subspan(start), interrupt);
        if (status != net::IoStatus::done) co_return io_error(status);
    } while (length == wire::max_frame_payload);
    co_return std::move(packet);
}

net::Task<Result<void>> send(net::Channel& channel, wire::BytesView bytes, net::Interrupt& interrupt) {
    const net::IoStatus status = co_await channel.write_all(bytes, interrupt);
    if (status != net::IoStatus::done) co_return io_error(status);
    co_return Result<void>();
}

}  // namespace leasehold::pool
