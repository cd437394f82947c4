#include "proxy/shard_parts.h"

#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {

net::Task<std::optional<Error>> ShardParts::lease_and_send() {
    const router::Keyspace& keyspace = session_.site().world()->topology->keyspaces[route_.keyspace];
    for (const router::ShardQuery& query : route_.shards) {
        unsent_ = query.shard;
        const Result<pool::Pool*> pool = pool_for(session_, route_.keyspace, query.shard);
        if (!pool) co_return pool.error();
        ShardPart& part = parts_.emplace_back();
        part.query = &query;
        part.shard = keyspace.name + "/" + keyspace.shards[query.shard].name;
        part.pool = *pool;
    }
    const bool reserve = may_reserve(plan_.effects, session_.state());
    for (ShardPart& part : parts_) {
        unsent_ = part.query->shard;
        Result<StatementLease> lease = co_await lease_for(session_, *part.pool, reserve);
        if (!lease) co_return lease.error();
        part.lease = std::move(*lease);
        part.pool = part.lease.pool;
        session_.state().running.push_back(&part.lease.connection());
    }
    for (ShardPart& part : parts_) {
        unsent_ = part.query->shard;
        std::optional<Error> failed = co_await send(part);
        if (failed) co_return failed;
    }
    unsent_.reset();
    co_return std::nullopt;
}

std::optional<std::uint16_t> ShardParts::failed_shard() const {
    if (unsent_) return unsent_;
    for (const ShardPart& part : parts_) {
        const bool lost = part.lease.pool != nullptr && part.lease.connection().condition.stream_lost;
        if (part.end.error_code != 0 || lost) return part.query->shard;
    }
    return std::nullopt;
}

net::Task<std::optional<Error>> ShardParts::send(ShardPart& part) {
    pool::Connection& connection = part.lease.connection();
    Result<Prelude> prelude = co_await prelude_for(session_, *part.pool, connection, plan_.effects);
    if (!prelude) co_return prelude.error();
    StatementRequest request(session_, source_, *part.query);
    if (prelude->answers > 0 && request.needs_exchange(connection)) {
        const Result<void> confirmed = co_await confirm(session_, *part.pool, connection, *prelude);
        if (!confirmed) co_return confirmed.error();
    }
    Result<wire::BytesView> bytes = co_await request.make(connection);
    if (!bytes) co_return bytes.error();
    SendResult sent = co_await send_request(session_, *part.pool, connection, std::move(*prelude), *bytes);
    if (sent.error) co_return sent.error;
    part.options.preceding = sent.preceding;
    part.state = ShardPart::State::sent;
    co_return std::nullopt;
}

net::Task<std::optional<Error>> ShardParts::read_prelude(ShardPart& part, FrameReader& in) {
    for (; part.options.preceding > 0; --part.options.preceding) {
        const Result<FramePiece> piece = co_await in.next();
        if (!piece) co_return piece.error();
        if (!piece->bytes.empty() && piece->bytes[0] == wire::err_header) {
            part.lease.connection().condition.stream_lost = true;
            co_return wire::decode_err(piece->bytes);
        }
    }
    co_return std::nullopt;
}

std::optional<Error> ShardParts::take_end_of_rows(ShardPart& part, const FramePiece& piece) {
    const wire::Capabilities capabilities = part.lease.connection().capabilities;
    wire::StatusFlags status = 0;
    if (wire::has(capabilities, wire::capability::deprecate_eof)) {
        const Result<wire::OkPacket> ok = wire::decode_ok(piece.bytes, capabilities);
        if (!ok) return spoil(part, ok.error());
        status = ok->status;
        part.end.answer.warnings = ok->warnings;
    } else {
        const Result<wire::EofPacket> eof = wire::decode_eof(piece.bytes);
        if (!eof) return spoil(part, eof.error());
        status = eof->status;
        part.end.answer.warnings = eof->warnings;
    }
    note_status(part, status);
    return std::nullopt;
}

net::Task<std::optional<Error>> ShardParts::read_ok(ShardPart& part, FrameReader& in, AnswerSum& sum) {
    const Result<FramePiece> piece = co_await in.next();
    if (!piece) co_return piece.error();
    if (!piece->bytes.empty() && piece->bytes[0] == wire::err_header) co_return take_error(part, *piece);
    const Result<wire::OkPacket> ok = wire::decode_ok(piece->bytes, part.lease.connection().capabilities);
    if (!ok) co_return spoil(part, ok.error());
    sum.add(*ok);
    part.end.answer.warnings = ok->warnings;
    part.end.last_insert_id = ok->last_insert_id;
    if (ok->last_insert_id != 0) part.lease.connection().insert_id.reset();
    note_status(part, ok->status);
    co_return std::nullopt;
}

void ShardParts::note_status(ShardPart& part, wire::StatusFlags status) {
    pool::Connection& connection = part.lease.connection();
    connection.status = status;
    connection.condition.answer_pending = false;
    connection.condition.in_transaction = wire::has(status, wire::server_status::in_trans);
    part.end.answer.in_transaction = connection.condition.in_transaction;
    part.end.answer.autocommit = wire::has(status, wire::server_status::autocommit);
    part.state = ShardPart::State::answered;
}

Error ShardParts::take_error(ShardPart& part, const FramePiece& piece) {
    pool::Connection& connection = part.lease.connection();
    connection.insert_id.reset();
    connection.condition.answer_pending = false;
    Error error = wire::decode_err(piece.bytes);
    part.end.error_code = error.code;
    if (may_be_in_transaction(session_.state(), error.code)) connection.condition.in_transaction = true;
    part.end.answer.failed = true;
    part.end.answer.in_transaction = connection.condition.in_transaction;
    part.end.answer.autocommit = session_.state().autocommit;
    part.state = ShardPart::State::answered;
    return error;
}

Error ShardParts::spoil(ShardPart& part, Error error) {
    part.lease.connection().condition.stream_lost = true;
    return error;
}

void ShardParts::finish(ShardPart& part) {
    std::erase(session_.state().running, &part.lease.connection());
    settle(session_, std::move(part.lease), plan_, part.end, source_.sql);
    part.lease = {};
}

void ShardParts::give_up(ShardPart& part) {
    std::erase(session_.state().running, &part.lease.connection());
    (void)abandon(session_, std::move(part.lease), part.end);
    part.lease = {};
}

void ShardParts::close_rest() {
    session_.state().running.clear();
    for (ShardPart& part : parts_) {
        if (part.lease.pool == nullptr) continue;
        if (part.lease.held != nullptr && !session_.held().owns(part.lease.held)) {
            part.lease = {};  // it went back with the transaction that another part has lost
            continue;
        }
        const pool::Condition& condition = part.lease.connection().condition;
        if (part.state == ShardPart::State::answered) {
            finish(part);
        } else if (part.state == ShardPart::State::leased && !condition.stream_lost &&
                   !condition.answer_pending) {
            part.lease = {};  // as good as before
        } else {
            give_up(part);
        }
    }
}

net::Task<Flow> ShardParts::answer_error(Error error, FrameWriter* out) {
    const std::uint8_t sequence = out == nullptr ? std::uint8_t{1} : out->next_sequence();
    close_rest();
    if (session_.interrupt().raised()) {
        const std::optional<Error> why = interrupt_error(session_);
        if (!why) co_return Flow::leave;
        error = *why;
    }
    if (out != nullptr && !co_await out->flush()) co_return Flow::leave;
    co_return co_await session_.send_error(std::move(error), sequence);
}

}  // namespace leasehold::proxy
