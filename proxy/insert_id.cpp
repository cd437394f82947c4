#include "proxy/insert_id.h"

#include <charconv>

#include "base/mysql_errors.h"
#include "proxy/frame_reader.h"
#include "wire/query_attributes.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

using router::Effect;

// The one value of the answer's one row.
net::Task<Result<std::uint64_t>> read_number(Session& session, pool::Connection& connection) {
    const bool deprecate_eof = wire::has(connection.capabilities, wire::capability::deprecate_eof);
    // Column count, definition, (EOF,) row, end.
    const unsigned row = deprecate_eof ? 2 : 3;
    FrameReader in(session, connection);
    std::uint64_t number = 0;
    for (unsigned i = 0; i <= row + 1; ++i) {
        const Result<FramePiece> piece = co_await in.next();
        if (!piece) co_return piece.error();
        const wire::BytesView bytes = piece->bytes;
        if (!bytes.empty() && bytes[0] == wire::err_header) co_return wire::decode_err(bytes);
        if (i != row) continue;
        const auto values = wire::decode_text_row(bytes, 1);
        if (!values) co_return values.error();
        const std::string_view digits = values->front().value_or("");
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    }
    if (!in.drained()) co_return make_error(mysql_error::malformed_packet, "bytes after the answer");
    co_return number;
}

net::Task<Result<std::uint64_t>> read_insert_id(Session& session, pool::Connection& connection) {
    wire::Bytes request;
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(request);
    wire::append_query(request, "SELECT LAST_INSERT_ID()", connection.capabilities);
    wire::end_packet(request, start, sequence);
    connection.condition.answer_pending = true;
    const net::IoStatus status = co_await connection.channel->write_all(request, session.interrupt());
    Result<std::uint64_t> number = make_error(mysql_error::server_lost, "the tablet closed the connection");
    if (status == net::IoStatus::done) number = co_await read_number(session, connection);
    if (number) {
        connection.condition.answer_pending = false;
    } else {
        connection.condition.stream_lost = true;
    }
    co_return number;
}

}  // namespace

bool changes_insert_id_unseen(const router::Effects& effects) {
    const router::EffectSet& set = effects.set;
    return set.has(Effect::sets_last_insert_id) || set.has(Effect::calls_procedure) ||
           set.has(Effect::text_execute);
}

bool insert_id_is_doubtful(const router::Plan& plan, const RelayEnd& end, const RequestMaker& maker) {
    if (end.error_code != 0) return false;
    if (changes_insert_id_unseen(plan.effects)) return true;
    if (end.last_insert_id == 0) return false;
    switch (plan.kind) {
        case router::StatementKind::insert:
        case router::StatementKind::replace:
            return plan.inserts_unseen_values || maker.says(end.last_insert_id);
        default:
            return true;  // LOAD DATA, UPDATE, several statements
    }
}

net::Task<Result<void>> settle_insert_id(Session& session, pool::Connection& connection,
                                         const router::Plan& plan, RelayEnd& end) {
    const Result<std::uint64_t> id = co_await read_insert_id(session, connection);
    if (!id) co_return id.error();
    // The connection was told the session's own before: whatever it has now is right.
    end.insert_id_read = changes_insert_id_unseen(plan.effects);
    // Otherwise what it has is what was generated, or what it had before: somebody else's perhaps.
    end.last_insert_id = end.insert_id_read || *id == end.last_insert_id ? *id : 0;
    co_return Result<void>();
}

}  // namespace leasehold::proxy
