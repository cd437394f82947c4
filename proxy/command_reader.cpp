#include "proxy/command_reader.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "pool/packet_io.h"
#include "proxy/memory_gate.h"
#include "wire/frame.h"

namespace leasehold::proxy {

net::Task<Result<std::optional<Command>>> read_command(net::Worker& worker, net::Channel& channel,
                                                       std::size_t limit, net::Interrupt& interrupt,
                                                       const MemoryBudget* budget) {
    const net::IoStatus idle = co_await channel.readable(interrupt);
    if (idle != net::IoStatus::done) co_return pool::io_error(idle);
    Command command;
    command.buffer = worker.buffers().borrow();
    std::size_t filled = 0;
    std::optional<wire::PacketAssembler> large;
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
            if (filled == 0 && !large) co_return std::optional<Command>();
            co_return make_error(mysql_error::server_lost, "the client went away in the middle of a packet");
        }
        filled += got.bytes;
        const wire::BytesView bytes(command.buffer.data(), filled);
        if (!large) {
            if (const auto packet = wire::peek_packet(bytes)) {
                if (packet->sequence != 0) {
                    co_return make_error(mysql_error::net_packets_out_of_order, "Got packets out of order");
                }
                if (packet->payload.size() > limit) {
                    co_return make_error(mysql_error::net_packet_too_large,
                                         "Got a packet bigger than 'max_allowed_packet' bytes");
                }
                command.payload = packet->payload;
                command.frames = bytes.first(packet->size);
                if (packet->size < filled) channel.unread(bytes.subspan(packet->size));
                co_return std::optional<Command>(std::move(command));
            }
            const bool whole_frame_fits =
                filled < wire::frame_header_size ||
                wire::load_frame_header(bytes.data()).length + wire::frame_header_size <=
                    command.buffer.size();
            if (whole_frame_fits) continue;
            const std::size_t announced = wire::load_frame_header(bytes.data()).length;
            if (budget != nullptr) {
                const Result<void> room = co_await wait_for_memory(worker, *budget, interrupt, announced);
                if (!room) co_return room.error();
            }
            large.emplace(limit);
            large->reset(0);
            // Doubling as it comes would need twice as much. What is never sent is never in RAM.
            large->mutable_payload().reserve(std::min(announced, limit));
        }
        const Result<std::size_t> taken = large->feed(bytes);
        if (!taken) co_return taken.error();
        command.memory.set(allocated_size(large->mutable_payload().capacity()));
        if (*taken < filled) channel.unread(bytes.subspan(*taken));
        filled = 0;
        if (large->complete()) {
            command.sequence = large->sequence();
            command.assembled = std::move(large->mutable_payload());
            command.payload = command.assembled;
            co_return std::optional<Command>(std::move(command));
        }
    }
}

}  // namespace leasehold::proxy
