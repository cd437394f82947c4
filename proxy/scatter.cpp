#include "proxy/scatter.h"

#include <list>

#include "base/mysql_errors.h"
#include "proxy/frame_reader.h"
#include "proxy/frame_writer.h"
#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "proxy/shard_statement.h"
#include "proxy/transaction.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

// One shard's part of the statement.
struct Part {
    const router::ShardQuery* query = nullptr;
    std::string shard;
    pool::Pool* pool = nullptr;
    StatementLease lease;
    RelayOptions options;
    RelayEnd end;
    enum class State : std::uint8_t { leased, sent, answered, lost } state = State::leased;
};

class Scatter {
  public:
    Scatter(Session& session, const router::Plan& plan, const router::Route& route,
            const StatementSource& source)
        : session_(session), plan_(plan), route_(route), source_(source) {}

    // Nothing: may be tried again as a whole.
    net::Task<std::optional<Flow>> run(bool may_retry) {
        const bool writes = !plan_.returns_rows && plan_.opcode != router::Opcode::all_shards;
        TransactionState& transaction = session_.state().transaction;
        const bool implicit = writes && !transaction.open && session_.state().autocommit;
        if (implicit) transaction.open = transaction.implicit = true;
        std::optional<Flow> flow = co_await lease_and_send();
        if (!flow) {
            if (plan_.returns_rows) {
                flow = co_await merge_rows(may_retry);
            } else {
                flow = co_await merge_ok(implicit);
            }
        }
        if (transaction.implicit) abort_transaction(session_);  // only what did not get as far as its commit
        co_return flow;
    }

  private:
    net::Task<std::optional<Flow>> lease_and_send() {
        const router::Keyspace& keyspace = session_.site().world()->topology->keyspaces[route_.keyspace];
        for (const router::ShardQuery& query : route_.shards) {
            const Result<pool::Pool*> pool = pool_for(session_, route_.keyspace, query.shard);
            if (!pool) co_return co_await session_.send_error(pool.error());
            Part& part = parts_.emplace_back();
            part.query = &query;
            part.shard = keyspace.name + "/" + keyspace.shards[query.shard].name;
            part.pool = *pool;
        }
        const bool reserve = may_reserve(plan_.effects, session_.state());
        for (Part& part : parts_) {
            Result<StatementLease> lease = co_await lease_for(session_, *part.pool, reserve);
            if (!lease) co_return co_await answer_error(lease.error());
            part.lease = std::move(*lease);
            part.pool = part.lease.pool;
            session_.state().running.push_back(&part.lease.connection());
        }
        for (Part& part : parts_) {
            const std::optional<Error> failed = co_await send(part);
            if (failed) co_return co_await answer_error(*failed);
        }
        co_return std::nullopt;
    }

    net::Task<std::optional<Error>> send(Part& part) {
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
        SendResult sent =
            co_await send_request(session_, *part.pool, connection, std::move(*prelude), *bytes);
        if (sent.error) co_return sent.error;
        part.options.preceding = sent.preceding;
        part.state = Part::State::sent;
        co_return std::nullopt;
    }

    // --- rows
    // -------------------------------------------------------------------------------------------------------

    net::Task<std::optional<Flow>> merge_rows(bool may_retry) {
        FrameWriter out(session_);
        std::uint16_t warnings = 0;
        std::optional<Error> failed;
        bool first = true;
        for (Part& part : parts_) {
            FrameReader in(session_, part.lease.connection());
            failed = co_await read_prelude(part, in);
            if (!failed) failed = co_await merge_one(part, in, out, first);
            if (client_gone_) co_return Flow::leave;
            if (failed) {
                if (part.end.error_code == 0) part.state = Part::State::lost;
                break;
            }
            first = false;
            warnings = static_cast<std::uint16_t>(warnings + part.end.answer.warnings);
            finish(part);
        }
        if (failed) {
            const bool lost = may_retry && plan_.read_only && first && !out.sent_anything() &&
                              failed->code == mysql_error::server_lost && !session_.interrupt().raised() &&
                              !session_.held().in_transaction();
            if (lost) {
                close_rest();
                co_return std::nullopt;
            }
            co_return co_await answer_error(*failed, out.next_sequence(), &out);
        }
        session_.state().running.clear();
        wire::Bytes end;
        wire::append_end_of_rows(end, {warnings, session_.status()}, session_.capabilities());
        session_.counters().rows_out += rows_;
        session_.state().row_count = -1;
        session_.state().found_rows = rows_;
        if (!co_await out.put_packet(end) || !co_await out.flush()) co_return Flow::leave;
        co_return Flow::next;
    }

    // The answers of what went before the statement.
    net::Task<std::optional<Error>> read_prelude(Part& part, FrameReader& in) {
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

    net::Task<std::optional<Error>> merge_one(Part& part, FrameReader& in, FrameWriter& out,
                                              bool with_header) {
        const wire::Capabilities capabilities = part.lease.connection().capabilities;
        const bool deprecate_eof = wire::has(capabilities, wire::capability::deprecate_eof);
        Result<FramePiece> piece = co_await in.next();
        if (!piece) co_return piece.error();
        if (!piece->bytes.empty() && piece->bytes[0] == wire::err_header) co_return take_error(part, *piece);
        const Result<wire::ColumnCount> count = wire::decode_column_count(piece->bytes, capabilities);
        if (!count) co_return spoil(part, count.error());
        const std::uint64_t definitions =
            count->metadata_follows ? count->columns + (deprecate_eof ? 0 : 1) : 0;
        if (with_header && !co_await out.put(*piece)) co_return gone();
        for (std::uint64_t i = 0; i < definitions;) {
            piece = co_await in.next();
            if (!piece) co_return piece.error();
            if (with_header && !co_await out.put(*piece)) co_return gone();
            if (piece->last) ++i;
        }
        bool continued = false;  // the frame belongs to a row that began in an earlier one
        for (;;) {
            piece = co_await in.next();
            if (!piece) co_return piece.error();
            if (piece->first && !continued && !piece->bytes.empty()) {
                if (piece->bytes[0] == wire::err_header) co_return take_error(part, *piece);
                const bool end =
                    piece->bytes[0] == wire::eof_header &&
                    (deprecate_eof ? piece->length < wire::max_frame_payload : piece->length < 9);
                if (end) co_return take_end(part, *piece, deprecate_eof);
                ++rows_;
            }
            if (!co_await out.put(*piece)) co_return gone();
            if (piece->last) continued = piece->length == wire::max_frame_payload;
        }
    }

    std::optional<Error> take_end(Part& part, const FramePiece& piece, bool deprecate_eof) {
        wire::StatusFlags status = 0;
        if (deprecate_eof) {
            const Result<wire::OkPacket> ok =
                wire::decode_ok(piece.bytes, part.lease.connection().capabilities);
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

    // --- affected rows
    // ----------------------------------------------------------------------------------------------

    net::Task<std::optional<Flow>> merge_ok(bool implicit) {
        wire::OkPacket sum;
        std::optional<Error> failed;
        std::string done_on;
        for (Part& part : parts_) {
            FrameReader in(session_, part.lease.connection());
            std::optional<Error> error = co_await read_prelude(part, in);
            if (!error) error = co_await read_ok(part, in, sum);
            if (error) {
                if (part.end.error_code == 0) part.state = Part::State::lost;
                if (!failed) failed = make_error(error->code, part.shard + ": " + error->message);
            } else {
                done_on += (done_on.empty() ? "" : ", ") + part.shard;
            }
            if (part.state == Part::State::answered) finish(part);
            if (session_.interrupt().raised()) break;
        }
        session_.state().running.clear();
        if (failed) {
            const bool in_transaction = session_.state().transaction.open;
            close_rest();
            if (in_transaction) {
                co_await roll_back_others(session_);
                failed->message += implicit ? "; nothing was changed on any shard"
                                            : "; the transaction was rolled back on all shards";
            } else if (!done_on.empty()) {
                failed->message += "; done on " + done_on;
            }
            co_return co_await answer_error(*failed);
        }
        if (implicit) {
            const std::optional<Error> uncommitted = co_await commit_all(session_, {});
            if (uncommitted) co_return co_await answer_error(*uncommitted);
        }
        session_.counters().rows_in += sum.affected_rows;
        if (sum.last_insert_id != 0) {
            session_.state().last_insert_id = sum.last_insert_id;
            session_.state().last_insert_on = nullptr;  // each shard has its own
        }
        co_return co_await session_.send_ok(sum);
    }

    net::Task<std::optional<Error>> read_ok(Part& part, FrameReader& in, wire::OkPacket& sum) {
        const Result<FramePiece> piece = co_await in.next();
        if (!piece) co_return piece.error();
        if (!piece->bytes.empty() && piece->bytes[0] == wire::err_header) co_return take_error(part, *piece);
        const Result<wire::OkPacket> ok = wire::decode_ok(piece->bytes, part.lease.connection().capabilities);
        if (!ok) co_return spoil(part, ok.error());
        sum.affected_rows += ok->affected_rows;
        sum.warnings = static_cast<std::uint16_t>(sum.warnings + ok->warnings);
        if (sum.last_insert_id == 0) sum.last_insert_id = ok->last_insert_id;
        part.end.answer.warnings = ok->warnings;
        part.end.last_insert_id = ok->last_insert_id;
        note_status(part, ok->status);
        co_return std::nullopt;
    }

    // --- what both share
    // --------------------------------------------------------------------------------------------

    void note_status(Part& part, wire::StatusFlags status) {
        pool::Connection& connection = part.lease.connection();
        connection.status = status;
        connection.condition.answer_pending = false;
        connection.condition.in_transaction = wire::has(status, wire::server_status::in_trans);
        part.end.answer.in_transaction = connection.condition.in_transaction;
        part.end.answer.autocommit = wire::has(status, wire::server_status::autocommit);
        part.state = Part::State::answered;
    }

    std::optional<Error> take_error(Part& part, const FramePiece& piece) {
        pool::Connection& connection = part.lease.connection();
        connection.condition.answer_pending = false;
        Error error = wire::decode_err(piece.bytes);
        part.end.error_code = error.code;
        part.end.answer.failed = true;
        part.end.answer.in_transaction = connection.condition.in_transaction;
        part.end.answer.autocommit = session_.state().autocommit;
        part.state = Part::State::answered;
        return error;
    }

    std::optional<Error> spoil(Part& part, const Error& error) {
        part.lease.connection().condition.stream_lost = true;
        return error;
    }

    std::optional<Error> gone() {
        client_gone_ = true;
        return make_error(mysql_error::server_lost, "the client went away");
    }

    void finish(Part& part) {
        std::erase(session_.state().running, &part.lease.connection());
        settle(session_, std::move(part.lease), plan_, part.end, source_.sql);
        part.lease = {};
    }

    // Gives up what has not been answered to the end. A lease of a transaction takes the whole transaction
    // with it.
    void close_rest() {
        session_.state().running.clear();
        for (Part& part : parts_) {
            if (part.lease.pool == nullptr) continue;
            if (part.state == Part::State::answered) {
                finish(part);
            } else if (part.state == Part::State::leased && !part.lease.connection().condition.stream_lost &&
                       !part.lease.connection().condition.answer_pending) {
                part.lease = {};  // as good as before
            } else {
                (void)abandon(session_, std::move(part.lease), part.end);
            }
            part.lease = {};
        }
        session_.state().running.clear();
    }

    net::Task<std::optional<Flow>> answer_error(Error error, std::uint8_t sequence = 1,
                                                FrameWriter* out = nullptr) {
        close_rest();
        if (session_.interrupt().raised()) {
            const std::optional<Error> why = interrupt_error(session_);
            if (!why) co_return Flow::leave;
            error = *why;
        }
        if (out != nullptr && !co_await out->flush()) co_return Flow::leave;
        co_return co_await session_.send_error(std::move(error), sequence);
    }

    Session& session_;
    const router::Plan& plan_;
    const router::Route& route_;
    const StatementSource& source_;
    std::list<Part> parts_;
    std::uint64_t rows_ = 0;
    bool client_gone_ = false;
};

}  // namespace

net::Task<Flow> run_scatter(Session& session, const router::Plan& plan, const router::Route& route,
                            const StatementSource& source) {
    net::Worker& worker = session.site().worker();
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    const auto limit = session.site().config().limits.query_timeout;
    if (limit.count() > 0) worker.deadlines().add(timeout, worker.now() + limit);
    if (plan.effects.set.has(router::Effect::implicit_commit) && session.state().transaction.open) {
        const std::optional<Error> failed = co_await commit_all(session, {});
        if (failed) co_return co_await session.send_error(*failed);
    }
    for (int attempt = 1;; ++attempt) {
        const auto scatter = std::make_unique<Scatter>(session, plan, route, source);
        const std::optional<Flow> flow = co_await scatter->run(attempt < 3);
        session.state().running.clear();
        if (flow) co_return *flow;
    }
}

}  // namespace leasehold::proxy
