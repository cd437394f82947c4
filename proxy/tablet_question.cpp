#include "proxy/tablet_question.h"

#include "base/mysql_errors.h"
#include "proxy/frame_reader.h"
#include "wire/frame.h"
#include "wire/query_attributes.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

net::Task<Result<RowValues>> read_row(Session& session, pool::Connection& connection, std::size_t columns) {
    const bool deprecate_eof = wire::has(connection.capabilities, wire::capability::deprecate_eof);
    // Column count, definitions, (EOF,) row, end.
    const std::size_t row = columns + (deprecate_eof ? 1 : 2);
    FrameReader in(session, connection);
    RowValues found;
    for (std::size_t i = 0; i <= row + 1; ++i) {
        const Result<FramePiece> piece = co_await in.next();
        if (!piece) co_return piece.error();
        const wire::BytesView bytes = piece->bytes;
        if (!bytes.empty() && bytes[0] == wire::err_header) co_return wire::decode_err(bytes);
        if (i != row) continue;
        const auto values = wire::decode_text_row(bytes, columns);
        if (!values) co_return values.error();
        for (const auto& value : *values) {
            if (value) {
                found.emplace_back(std::string(*value));
            } else {
                found.emplace_back();
            }
        }
    }
    if (!in.drained()) co_return make_error(mysql_error::malformed_packet, "bytes after the answer");
    co_return found;
}

}  // namespace

net::Task<Result<RowValues>> ask_row(Session& session, pool::Connection& connection, std::string_view sql,
                                     std::size_t columns) {
    wire::Bytes request;
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(request);
    wire::append_query(request, sql, connection.capabilities);
    wire::end_packet(request, start, sequence);
    connection.condition.answer_pending = true;
    const net::IoStatus status = co_await connection.channel->write_all(request, session.interrupt());
    Result<RowValues> row = make_error(mysql_error::server_lost, "the tablet closed the connection");
    if (status == net::IoStatus::done) row = co_await read_row(session, connection, columns);
    if (row) {
        connection.condition.answer_pending = false;
    } else {
        connection.condition.stream_lost = true;
    }
    co_return row;
}

}  // namespace leasehold::proxy
