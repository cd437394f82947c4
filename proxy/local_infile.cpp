#include "proxy/local_infile.h"

#include <algorithm>

#include "wire/frame.h"

namespace leasehold::proxy {

net::Task<LocalInfile> relay_local_infile(Session& session, pool::Connection& connection,
                                          std::uint8_t sequence) {
    net::Channel& client = session.channel();
    const net::Buffer buffer = session.site().worker().buffers().borrow();
    std::uint8_t header[wire::frame_header_size];
    std::uint8_t answer = 0;
    for (;;) {
        net::IoStatus status = co_await client.read_exactly(header, session.interrupt());
        if (status != net::IoStatus::done) co_return LocalInfile{status, answer};
        if (session.series) session.series->renumberer.heard(header[3]);
        answer = static_cast<std::uint8_t>(header[3] + 1);
        header[3] = sequence++;  // the client counts on from an answer before
        status = co_await connection.channel->write_all(header, session.interrupt());
        if (status != net::IoStatus::done) co_return LocalInfile{status, answer};
        std::size_t left = wire::load_frame_header(header).length;
        if (left == 0) co_return LocalInfile{net::IoStatus::done, answer};
        while (left > 0) {
            const auto room = buffer.span().first(std::min(left, buffer.size()));
            const net::IoResult got = client.read(room);
            if (got.kind == net::IoResult::Kind::would_block) {
                status = co_await client.readable(session.interrupt());
                if (status != net::IoStatus::done) co_return LocalInfile{status, answer};
                continue;
            }
            if (got.kind != net::IoResult::Kind::some) co_return LocalInfile{net::IoStatus::closed, answer};
            session.counters().bytes_in += got.bytes;
            status = co_await connection.channel->write_all(room.first(got.bytes), session.interrupt());
            if (status != net::IoStatus::done) co_return LocalInfile{status, answer};
            left -= got.bytes;
        }
    }
}

}  // namespace leasehold::proxy
