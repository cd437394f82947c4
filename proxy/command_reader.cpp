#include "proxy/command_reader.h"

#include "base/mysql_errors.h"
#include "pool/packet_io.h"
#include "proxy/command_rest.h"
#include "wire/frame.h"

namespace leasehold::proxy {

net::Task<Result<std::optional<Command>>> begin_command(net::Worker& worker, net::Channel& channel,
                                                        std::size_t limit, net::Interrupt& interrupt) {
    const net::IoStatus idle = co_await channel.readable(interrupt);
    if (idle != net::IoStatus::done) co_return pool::io_error(idle);
    Command command;
    command.buffer = worker.buffers().borrow();
    std::size_t filled = 0;
    for (;;) {
        const net::IoResult got = channel.read(command.buffer.span().subspan(filled));
        if (got.kind == net::IoResult::Kind::would_block) {
            const net::IoStatus waited = co_await channel.readable(interrupt);
            if (waited != net::IoStatus::done) co_return pool::io_error(waited);
            continue;
        }
        if (got.kind != net::IoResult::Kind::some) {
            const std::optional<Error> problem = channel.problem();
            if (problem) co_return *problem;
            if (filled == 0) co_return std::optional<Command>();
            co_return make_error(mysql_error::server_lost, "the client went away in the middle of a packet");
        }
        filled += got.bytes;
        if (filled < wire::frame_header_size) continue;
        const wire::BytesView bytes(command.buffer.data(), filled);
        const wire::FrameHeader header = wire::load_frame_header(bytes.data());
        if (header.sequence != 0) {
            co_return make_error(mysql_error::net_packets_out_of_order, "Got packets out of order");
        }
        if (header.length > limit) {
            co_return make_error(mysql_error::net_packet_too_large,
                                 "Got a packet bigger than 'max_allowed_packet' bytes");
        }
        if (const auto packet = wire::peek_packet(bytes)) {
            command.payload = packet->payload;
            command.frames = bytes.first(packet->size);
            if (packet->size < filled) channel.unread(bytes.subspan(packet->size));
            co_return std::optional<Command>(std::move(command));
        }
        if (filled < command.buffer.size()) continue;
        command.payload = bytes.subspan(wire::frame_header_size);
        command.rest.emplace(header, command.payload.size(), limit);
        co_return std::optional<Command>(std::move(command));
    }
}

net::Task<Result<std::optional<Command>>> read_command(net::Worker& worker, net::Channel& channel,
                                                       std::size_t limit, net::Interrupt& interrupt) {
    Result<std::optional<Command>> command = co_await begin_command(worker, channel, limit, interrupt);
    if (!command || !*command || !(*command)->rest) co_return command;
    CommandRest rest(**command, worker, channel, interrupt, {});
    const Result<void> whole = co_await rest.assemble();
    if (!whole) co_return whole.error();
    co_return command;
}

}  // namespace leasehold::proxy
