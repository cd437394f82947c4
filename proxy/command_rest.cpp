#include "proxy/command_rest.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "pool/packet_io.h"
#include "proxy/memory_budget.h"
#include "wire/frame.h"

namespace leasehold::proxy {

net::Task<Result<std::size_t>> CommandRest::read_some(std::span<std::uint8_t> out) {
    for (;;) {
        const net::IoResult got = channel_.read(out);
        if (got.kind == net::IoResult::Kind::some) co_return got.bytes;
        if (got.kind != net::IoResult::Kind::would_block) {
            const std::optional<Error> problem = channel_.problem();
            if (problem) co_return *problem;
            co_return make_error(mysql_error::server_lost, "the client went away in the middle of a packet");
        }
        net::InterruptDeadline stopped(interrupt_, net::InterruptReason::idle_timeout);
        if (patience_.count() > 0) worker_.deadlines().add(stopped, worker_.now() + patience_);
        const net::IoStatus waited = co_await channel_.readable(interrupt_);
        if (waited == net::IoStatus::done) continue;
        if (interrupt_.reason() != net::InterruptReason::idle_timeout) co_return pool::io_error(waited);
        interrupt_.clear();
        co_return make_error(mysql_error::net_read_interrupted, "Got timeout reading communication packets");
    }
}

net::Task<Result<CommandRest::Piece>> CommandRest::next() {
    if (problem_) co_return *problem_;
    Result<Piece> piece = co_await read_piece();
    if (!piece) problem_ = piece.error();
    co_return piece;
}

net::Task<Result<CommandRest::Piece>> CommandRest::read_piece() {
    const std::span<std::uint8_t> buffer = command_.buffer.span();
    if (rest().at_header()) {
        const auto header = buffer.first(wire::frame_header_size);
        for (std::size_t filled = 0; filled < header.size();) {
            const Result<std::size_t> got = co_await read_some(header.subspan(filled));
            if (!got) co_return got.error();
            filled += *got;
        }
        const Result<void> begun = rest().begin_frame(wire::load_frame_header(header.data()));
        if (!begun) co_return begun.error();
        co_return Piece{header, true};
    }
    const Result<std::size_t> got = co_await read_some(buffer.first(std::min(buffer.size(), rest().left())));
    if (!got) co_return got.error();
    rest().take(*got);
    co_return Piece{buffer.first(*got), false};
}

net::Task<Result<void>> CommandRest::assemble(MemoryPromise* promise) {
    wire::Bytes whole;
    // Doubling as it comes would need twice as much. What is never sent is never in RAM.
    whole.reserve(wire::frame_header_size + rest().total());
    whole.resize(wire::frame_header_size);
    wire::append_bytes(whole, command_.payload);
    while (!done()) {
        const Result<Piece> piece = co_await next();
        if (!piece) co_return piece.error();
        if (piece->header) continue;
        whole.insert(whole.end(), piece->bytes.begin(), piece->bytes.end());
        command_.memory.set(whole.size());
        if (promise != nullptr) promise->keep(piece->bytes.size());
    }
    command_.memory.set(allocated_size(whole.capacity()));
    command_.sequence = sequence();
    const std::size_t length = whole.size() - wire::frame_header_size;
    if (length < wire::max_frame_payload) {  // it may be sent on as it is, without a second copy
        std::uint8_t first = 0;
        wire::end_packet(whole, 0, first);
    }
    command_.assembled = std::move(whole);
    command_.payload = wire::BytesView(command_.assembled).subspan(wire::frame_header_size);
    if (length < wire::max_frame_payload) command_.frames = command_.assembled;
    command_.rest.reset();
    command_.buffer = {};
    co_return Result<void>();
}

net::Task<Result<void>> CommandRest::discard() {
    while (!done()) {
        const Result<Piece> piece = co_await next();
        if (!piece) co_return piece.error();
    }
    co_return Result<void>();
}

}  // namespace leasehold::proxy
