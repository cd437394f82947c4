#include "proxy/scatter.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/mysql_errors.h"
#include "proxy/answer_sum.h"
#include "proxy/changed_shards.h"
#include "proxy/definition_names.h"
#include "proxy/found_rows.h"
#include "proxy/merge.h"
#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "proxy/shard_failures.h"
#include "proxy/shard_parts.h"
#include "proxy/transaction.h"
#include "router/directives.h"
#include "wire/prepared.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

bool changes_rows(const router::Plan& plan) {
    switch (plan.kind) {
        case router::StatementKind::insert:
        case router::StatementKind::replace:
        case router::StatementKind::update:
        case router::StatementKind::delete_:
            return true;
        default:
            return false;
    }
}

// A table that every shard has a copy of is changed everywhere alike.
bool changes_copies(const router::Plan& plan) {
    return plan.opcode == router::Opcode::all_shards && changes_rows(plan);
}

class Scatter {
  public:
    Scatter(Session& session, const router::Plan& plan, const router::Route& route,
            const StatementSource& source, ShardFailures& failures)
        : session_(session), plan_(plan), parts_(session, plan, route, source), failures_(failures) {}

    // A shard that did not get its part, and why: the others may be asked without it.
    struct Unsent {
        std::uint16_t shard;
        Error error;
    };
    const std::optional<Unsent>& unsent() const { return unsent_; }

    // Nothing: may be tried again as a whole, or without the unsent part.
    net::Task<std::optional<Flow>> run(bool may_retry) {
        // With RETURNING it gives rows as well.
        const bool writes =
            changes_rows(plan_) || (!plan_.returns_rows && plan_.opcode != router::Opcode::all_shards);
        TransactionState& transaction = session_.state().transaction;
        const bool implicit = writes && begins_own_transaction(session_) &&
                              !router::directives_of(parts_.source().sql).multi_shard_autocommit;
        if (implicit) transaction.open = transaction.implicit = true;
        std::optional<Flow> flow;
        const std::optional<Error> unsent = co_await parts_.lease_and_send();
        const auto shard = unsent ? parts_.failed_shard() : std::nullopt;
        if (shard && failures_.forgiven() && parts_.route().shards.size() > 1) {
            parts_.close_rest();
            unsent_ = Unsent{*shard, *unsent};
        } else if (unsent) {
            flow = co_await parts_.answer_error(*unsent);
        } else if (plan_.returns_rows) {
            flow = co_await merge_rows(may_retry, implicit);
        } else {
            flow = co_await merge_ok(implicit);
        }
        if (transaction.implicit) abort_transaction(session_);  // only what did not get as far as its commit
        co_return flow;
    }

  private:
    // --- rows
    // -------------------------------------------------------------------------------------------------------

    net::Task<std::optional<Flow>> merge_rows(bool may_retry, bool implicit) {
        FrameWriter out(session_);
        const bool changes = changes_rows(plan_);
        std::uint16_t warnings = 0;
        std::optional<Error> failed;
        std::optional<Error> forgiven;
        bool first = true;
        for (ShardPart& part : parts_.all()) {
            FrameReader in(session_, part.lease.connection());
            put_ = false;
            failed = co_await parts_.read_prelude(part, in);
            silent_ = changed_.failed() || (!first && changes_copies(plan_));
            if (!failed) failed = co_await merge_one(part, in, out, !headed_ && !silent_);
            if (client_gone_) co_return Flow::leave;
            if (changes) {
                note_change(part, std::exchange(failed, std::nullopt));
                if (changed_.failed() && session_.interrupt().raised()) break;
                warnings = static_cast<std::uint16_t>(warnings + (silent_ ? 0 : part.end.answer.warnings));
                first = false;
                continue;
            }
            if (failed) {
                if (part.end.error_code == 0) part.state = ShardPart::State::lost;
                // Of which nothing was passed on. A connection that had died before is tried again, too.
                const bool again = may_retry && failed->code == mysql_error::server_lost && first;
                if (put_ || again || !failures_.forgiven()) break;
                forgive(part, *failed);
                forgiven = std::exchange(failed, std::nullopt);
                continue;
            }
            first = false;
            warnings = static_cast<std::uint16_t>(warnings + part.end.answer.warnings);
            parts_.finish(part);
        }
        if (!failed && first) failed = forgiven;  // all of them
        if (failed) {
            const bool lost = may_retry && plan_.read_only && first && !out.sent_anything() &&
                              failed->code == mysql_error::server_lost && !session_.interrupt().raised() &&
                              !session_.held().in_transaction();
            if (lost) {
                parts_.close_rest();
                co_return std::nullopt;
            }
            co_return co_await parts_.answer_error(*failed, &out);
        }
        session_.state().running.clear();
        if (changed_.failed()) co_return co_await answer_failed_change(implicit, &out);
        if (implicit) {
            const std::optional<Error> uncommitted = co_await commit_all(session_, false);
            if (uncommitted) co_return co_await parts_.answer_error(*uncommitted, &out);
        }
        warnings = static_cast<std::uint16_t>(warnings + failures_.warnings());
        failures_.tell();
        wire::Bytes end;
        wire::append_end_of_rows(end, {warnings, session_.status()}, session_.capabilities());
        session_.counters().rows_out += rows_;
        session_.state().row_count = -1;
        if (counts_answer(plan_)) session_.state().found_rows = rows_;
        if (parts_.route().first_id && rows_ > 0) {  // INSERT ... RETURNING
            session_.state().last_insert_id = *parts_.route().first_id;
            session_.state().last_insert_on = nullptr;
        }
        if (!co_await out.put_packet(end) || !co_await out.flush()) co_return Flow::leave;
        co_return Flow::next;
    }

    void forgive(ShardPart& part, const Error& error) {
        failures_.add(parts_.route().keyspace, part.query->shard, error);
        if (part.state == ShardPart::State::answered) {
            parts_.finish(part);
        } else {
            parts_.give_up(part);
        }
    }

    net::Task<std::optional<Error>> merge_one(ShardPart& part, FrameReader& in, FrameWriter& out,
                                              bool with_header) {
        const wire::Capabilities capabilities = part.lease.connection().capabilities;
        const bool deprecate_eof = wire::has(capabilities, wire::capability::deprecate_eof);
        Result<FramePiece> piece = co_await in.next();
        if (!piece) co_return piece.error();
        if (!piece->bytes.empty() && piece->bytes[0] == wire::err_header)
            co_return parts_.take_error(part, *piece);
        const Result<wire::ColumnCount> count = wire::decode_column_count(piece->bytes, capabilities);
        if (!count) co_return parts_.spoil(part, count.error());
        const std::uint64_t definitions =
            count->metadata_follows ? count->columns + (deprecate_eof ? 0 : 1) : 0;
        put_ = with_header;
        if (with_header && !co_await out.put(*piece)) co_return gone();
        for (std::uint64_t i = 0; i < definitions;) {
            piece = co_await in.next();
            if (!piece) co_return piece.error();
            std::optional<wire::Bytes> shown;
            if (with_header && piece->first && piece->last && i < count->columns)
                shown = shown_definition(topology(), session_.state().target.keyspace, piece->bytes);
            if (shown && !co_await out.put_parts(*shown, {})) co_return gone();
            if (with_header && !shown && !co_await out.put(*piece)) co_return gone();
            if (piece->last) ++i;
        }
        headed_ = true;
        put_ = false;
        bool continued = false;  // the frame belongs to a row that began in an earlier one
        for (;;) {
            piece = co_await in.next();
            if (!piece) co_return piece.error();
            if (piece->first && !continued && !piece->bytes.empty()) {
                if (piece->bytes[0] == wire::err_header) co_return parts_.take_error(part, *piece);
                if (ends_rows(*piece, deprecate_eof)) co_return parts_.take_end_of_rows(part, *piece);
                if (!silent_) ++rows_;
            }
            put_ = true;
            if (!silent_ && !co_await out.put(*piece)) co_return gone();
            if (piece->last) continued = piece->length == wire::max_frame_payload;
        }
    }

    // --- affected rows
    // ----------------------------------------------------------------------------------------------

    net::Task<std::optional<Flow>> merge_ok(bool implicit) {
        AnswerSum sum(changes_copies(plan_) ? AnswerSum::Of::copies : AnswerSum::Of::parts, plan_.kind);
        for (ShardPart& part : parts_.all()) {
            FrameReader in(session_, part.lease.connection());
            std::optional<Error> error = co_await parts_.read_prelude(part, in);
            if (!error) error = co_await parts_.read_ok(part, in, sum);
            note_change(part, error);
            if (changed_.failed() && session_.interrupt().raised()) break;
        }
        session_.state().running.clear();
        if (changed_.failed()) co_return co_await answer_failed_change(implicit, nullptr);
        if (implicit) {
            const std::optional<Error> uncommitted = co_await commit_all(session_, false);
            if (uncommitted) co_return co_await parts_.answer_error(*uncommitted);
        }
        if (parts_.route().first_id && sum.total().affected_rows > 0) {
            sum.set_insert_id(*parts_.route().first_id);
            session_.state().doubtful_insert_id.reset();
        }
        const wire::OkPacket& ok = sum.total();
        session_.counters().rows_in += ok.affected_rows;
        if (const auto found = found_without_rows(plan_, ok.affected_rows, records_of(ok.info)))
            session_.state().found_rows = found;
        if (ok.last_insert_id != 0) {
            session_.state().last_insert_id = ok.last_insert_id;
            session_.state().last_insert_on = nullptr;  // each shard has its own
        }
        co_return co_await session_.send_ok(ok);
    }

    void note_change(ShardPart& part, const std::optional<Error>& error) {
        if (error && part.end.error_code == 0) part.state = ShardPart::State::lost;
        if (error) {
            changed_.add_failed(part.shard, *error);
        } else {
            changed_.add_done(part.shard);
        }
        if (part.state == ShardPart::State::answered) parts_.finish(part);
    }

    // `out`: what was written of the answer so far.
    net::Task<Flow> answer_failed_change(bool implicit, FrameWriter* out) {
        using Others = ChangedShards::Others;
        parts_.close_rest();
        Others others = Others::stay;
        // With autocommit off it has begun by itself.
        const bool begun = changes_rows(plan_) && session_.held().in_transaction();
        if (session_.state().transaction.open || begun) {
            co_await roll_back_others(session_);
            others = implicit ? Others::statement_undone : Others::transaction_undone;
        }
        co_return co_await parts_.answer_error(changed_.error(others), out);
    }

    const router::Topology& topology() { return *session_.site().world()->topology; }

    std::optional<Error> gone() {
        client_gone_ = true;
        return make_error(mysql_error::server_lost, "the client went away");
    }

    Session& session_;
    const router::Plan& plan_;
    ShardParts parts_;
    ShardFailures& failures_;
    ChangedShards changed_;
    std::optional<Unsent> unsent_;
    std::uint64_t rows_ = 0;
    bool headed_ = false;  // the columns' definitions are written
    bool silent_ = false;  // only the end of the part that is being read matters
    bool put_ = false;     // rows of the part that is being read, or a part of the definitions
    bool client_gone_ = false;
};

}  // namespace

net::Task<Flow> run_scatter(Session& session, const router::Plan& plan, const router::Route& route,
                            const StatementSource& asked) {
    // There is no cursor over several shards.
    const CursorlessSource cursorless(asked);
    const StatementSource& source = cursorless.source();
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, plan, source.sql);
    if (route.merged) co_return co_await run_merge(session, plan, route, source);
    if (plan.effects.set.has(router::Effect::implicit_commit) && session.state().transaction.open) {
        const std::optional<Error> failed = co_await commit_all(session, false);
        if (failed) co_return co_await session.send_error(*failed);
    }
    ShardFailures failures(session, plan, source.sql);
    std::optional<router::Route> rest;  // without the shards that have failed
    for (int attempt = 1;; ++attempt) {
        const router::Route& asked_for = rest ? *rest : route;
        const auto scatter = std::make_unique<Scatter>(session, plan, asked_for, source, failures);
        const std::optional<Flow> flow = co_await scatter->run(attempt < 3);
        session.state().running.clear();
        if (flow) co_return *flow;
        const std::optional<Scatter::Unsent> unsent = scatter->unsent();
        if (!unsent) continue;
        if (!rest) rest = route;
        (void)failures.leave_out(*rest, unsent->shard, unsent->error);
        attempt = 0;
    }
}

}  // namespace leasehold::proxy
