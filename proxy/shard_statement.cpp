#include "proxy/shard_statement.h"

#include <algorithm>

#include "base/log.h"
#include "base/mysql_errors.h"
#include "proxy/advisory_locks.h"
#include "proxy/insert_id.h"
#include "proxy/prelude.h"
#include "proxy/query.h"
#include "proxy/session_answers.h"
#include "proxy/streamed_statement.h"
#include "router/directives.h"

namespace leasehold::proxy {
namespace {

constexpr int max_attempts = 3;
constexpr std::uint16_t unknown_table = 1109;  // of a HANDLER that is not open
constexpr std::uint16_t read_only_transaction = 1792;
constexpr std::uint16_t deadlock = 1213;  // the tablet has rolled the transaction back

// Whether the tablet may have begun with the statement, as far as a transaction is concerned, or has refused
// it before.
bool has_begun(std::uint16_t error_code) {
    switch (error_code) {
        case mysql_error::parse_error:
        case mysql_error::no_db:
        case mysql_error::bad_db:
        case mysql_error::no_such_table:
        case mysql_error::unknown_stmt_handler:  // of PREPARE's statements
        case unknown_table:
        case read_only_transaction:
            return false;
        default:
            return true;
    }
}

// Tells the session which connection works for it, as long as it does (KILL QUERY).
class Running {
  public:
    Running(Session& session, pool::Connection& connection) : session_(session), connection_(&connection) {
        session_.state().running.push_back(connection_);
    }
    ~Running() { over(); }
    // Before the lease is settled: the connection may be another session's then.
    void over() { std::erase(session_.state().running, connection_); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

  private:
    Session& session_;
    pool::Connection* connection_;
};

// The pool that serves a removed tablet's shard now; null: the same, or none.
pool::Pool* successor(Session& session, const pool::Pool& removed) {
    const router::Topology& topology = *session.site().world()->topology;
    const pool::TabletSpec& spec = removed.tablet().spec();
    const auto keyspace = topology.find_keyspace(spec.keyspace);
    if (!keyspace) return nullptr;
    const auto shard = topology.keyspaces[*keyspace].find_shard(spec.shard);
    if (!shard) return nullptr;
    const Result<pool::Pool*> pool = pool_for(session, *keyspace, *shard);
    return pool && *pool != &removed ? *pool : nullptr;
}

}  // namespace

bool may_be_in_transaction(const ClientState& state, std::uint16_t error_code) {
    return !state.autocommit && error_code != deadlock && has_begun(error_code);
}

net::Task<Result<StatementLease>> lease_for(Session& session, pool::Pool& pool, bool reserve) {
    if (HeldLease* held = session.held().find(pool)) co_return StatementLease{&pool, held, {}};
    pool::Want want;
    want.profile = wire::byte_shaping(session.capabilities());
    want.settings = session.state().settings;
    want.reserved = reserve;
    want.client_id = session.id();
    if (auto lease = pool.try_acquire(want)) co_return StatementLease{&pool, nullptr, std::move(*lease)};
    const Session::Activity before = session.activity;
    session.activity.phase = Session::Phase::waiting;
    const net::TimePoint since = session.site().worker().now();
    session.activity.since = since;
    Result<pool::Lease> lease = co_await pool.acquire(want, session.interrupt());
    session.activity = before;
    session.counters().wait_us += static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(session.site().worker().now() - since).count());
    if (!lease) {
        // A reload has put another tablet in its place, and nothing was sent yet.
        pool::Pool* const instead = pool.closing() ? successor(session, pool) : nullptr;
        if (instead == nullptr) co_return lease.error();
        co_return co_await lease_for(session, *instead, reserve);
    }
    co_return StatementLease{&pool, nullptr, std::move(*lease)};
}

void settle(Session& session, StatementLease lease, const router::Plan& plan, const RelayEnd& end,
            std::string_view statement) {
    ClientState& state = session.state();
    pool::Connection& connection = lease.connection();
    Answer answer = end.answer;
    if (end.error_code == deadlock) {
        answer.in_transaction = false;
        connection.condition.in_transaction = false;
        connection.status =
            static_cast<wire::StatusFlags>(connection.status & ~wire::server_status::in_trans);
    }
    if (answer.failed && end.kind != wire::ResponseKind::prepare && plan.may_use_tables &&
        may_be_in_transaction(state, end.error_code)) {
        answer.in_transaction = connection.condition.in_transaction = true;
    }
    if (answer.schema_gone) connection.schema = state.target.schema = router::no_schema;
    // Preparing changes nothing: what was kept for a question about the statement before is still kept.
    if (end.kind == wire::ResponseKind::prepare && !answer.failed) {
        // It has had to join the transaction.
        if (connection.condition.in_transaction)
            keep(session, std::move(lease), pool::ReasonSet{pool::Reason::transaction}, statement);
        return;
    }
    const pool::ReasonSet before = lease.held != nullptr ? lease.held->lease.reasons() : pool::ReasonSet();
    pool::ReasonSet reasons = reasons_after(before, plan.effects, answer, state.marks);
    if (!answer.failed && !plan.effects.assignments.empty()) {
        const SettingsAfter after =
            settings_after(state.settings, plan.effects, answer, session.site().settings());
        state.settings = after.settings;
        connection.settings = after.settings;
        if (after.untracked) reasons.add(pool::Reason::untracked_setting);
        note_settings(state, answer);
    }
    if (answer.failed) {
        connection.insert_id_of = 0;  // a statement that failed may have counted all the same
        connection.insert_id.reset();
    } else if (end.insert_id_supplied) {
        state.doubtful_insert_id.reset();
        state.last_insert_id = end.last_insert_id;
        state.last_insert_on = nullptr;
        connection.insert_id_of = 0;
    } else if (end.insert_id_doubtful && changes_insert_id_unseen(plan.effects)) {
        state.doubtful_insert_id = DoubtfulInsertId{lease.pool, std::nullopt};
    } else if (end.last_insert_id != 0 || end.insert_id_read) {
        state.doubtful_insert_id.reset();
        if (end.insert_id_doubtful) {
            state.doubtful_insert_id = DoubtfulInsertId{lease.pool, state.last_insert_id};
        }
        state.last_insert_id = end.last_insert_id;
        state.last_insert_on = &connection;
        connection.insert_id_of = session.id();
        if (!end.insert_id_doubtful) connection.insert_id = end.last_insert_id;
    }
    state.warnings = answer.warnings;
    const bool took_part = end.kind != wire::ResponseKind::prepare;
    if (took_part && !state.transaction.open && plan.may_use_tables && has_begun(end.error_code)) {
        state.transaction.next_characteristics.clear();
    }

    if (took_part && plan.effects.set.has(router::Effect::implicit_commit))
        state.transaction.savepoints.clear();
    // DDL, XA, a deadlock: the tablet has ended it by itself.
    if (took_part && state.transaction.open && !answer.in_transaction) end_transaction_state(state);

    if (reasons.empty()) {
        if (lease.held != nullptr) session.held().give_back(*lease.pool);
        return;  // a fresh lease goes back with `lease`
    }
    if (lease.held != nullptr) {
        lease.held->lease.set_reasons(reasons);
        return;
    }
    const bool only_a_question = reasons.only(pool::Reason::previous_statement);
    if (only_a_question && connection.state() != pool::ConnectionState::reserved &&
        !lease.pool->promote(lease.fresh)) {
        return;  // for a question that may never come no place is taken that others wait for
    }
    keep(session, std::move(lease), reasons, statement);
}

void keep(Session& session, StatementLease lease, pool::ReasonSet reasons, std::string_view statement) {
    if (lease.held != nullptr) {
        reasons.add(lease.held->lease.reasons());
        lease.held->lease.set_reasons(reasons);
        return;
    }
    if (lease.connection().state() != pool::ConnectionState::reserved) lease.pool->force_promote(lease.fresh);
    HeldLease held;
    held.pool = lease.pool;
    held.lease = pool::ReservedLease(std::move(lease.fresh), reasons);
    held.statement = statement.substr(0, 256);
    held.since = session.site().worker().now();
    held.lease->holder = &session;
    held.lease->watch();
    session.held().add(std::move(held));
}

Error abandon(Session& session, StatementLease lease, const RelayEnd& end) {
    std::string text = "lost tablet " + lease.pool->tablet().label() + " during the statement";
    if (!end.problem.empty()) text += ": " + end.problem;
    if (lease.held != nullptr) {
        const pool::ReasonSet reasons = lease.held->lease.reasons();
        text += "; lost with it: " + pool::to_string(reasons);
        session.held().give_back(*lease.pool);
        if (reasons.has(pool::Reason::transaction)) abort_transaction(session);
        if (reasons.has(pool::Reason::advisory_lock)) session.state().marks.advisory_locks.clear();
        if (reasons.has(pool::Reason::temporary_table)) session.state().marks.temporary_tables.clear();
        if (reasons.has(pool::Reason::text_prepare)) session.state().marks.prepared.clear();
        if (reasons.has(pool::Reason::cursor)) session.state().marks.cursors.clear();
    }
    return make_error(mysql_error::server_lost, std::move(text));
}

std::optional<Error> interrupt_error(Session& session) {
    net::Interrupt& interrupt = session.interrupt();
    if (!interrupt.reason())
        return make_error(mysql_error::query_interrupted, "Query execution was interrupted");
    switch (*interrupt.reason()) {
        case net::InterruptReason::query_killed:
            interrupt.clear();
            return make_error(mysql_error::query_interrupted, "Query execution was interrupted");
        case net::InterruptReason::query_timeout:
            interrupt.clear();
            return make_error(mysql_error::query_timeout,
                              "Query execution was interrupted, maximum statement execution time exceeded");
        default:
            return std::nullopt;
    }
}

namespace {

void start_timeout(Session& session, net::InterruptDeadline& timeout, std::chrono::milliseconds limit) {
    net::Worker& worker = session.site().worker();
    if (limit.count() > 0) worker.deadlines().add(timeout, worker.now() + limit);
}

}  // namespace

void start_query_timeout(Session& session, net::InterruptDeadline& timeout) {
    start_timeout(session, timeout, session.site().config().limits.query_timeout);
}

void start_query_timeout(Session& session, net::InterruptDeadline& timeout, const router::Plan& plan,
                         std::string_view sql) {
    std::chrono::milliseconds limit = session.site().config().limits.query_timeout;
    if (plan.kind == router::StatementKind::select) {
        const auto asked = router::directives_of(sql).query_timeout;
        if (asked && (limit.count() == 0 || *asked < limit)) limit = *asked;
    }
    start_timeout(session, timeout, limit);
}

net::Task<Result<wire::BytesView>> FixedRequest::make(pool::Connection&) {
    co_return frames_;
}

net::Task<Flow> run_on_shard(Session& session, const router::Plan& plan, pool::Pool& pool,
                             RequestMaker& maker, RelayOptions options, std::string_view statement) {
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    StreamedStatement* const streamed = maker.streamed();
    if (streamed == nullptr) start_query_timeout(session, timeout, plan, statement);

    const bool reserve = may_reserve(plan.effects, session.state());
    for (int attempt = 1;; ++attempt) {
        Result<StatementLease> leased = co_await lease_for(session, pool, reserve);
        if (!leased) {
            if (session.interrupt().raised()) {
                const std::optional<Error> error = interrupt_error(session);
                if (!error) co_return Flow::leave;
                co_return co_await session.send_error(*error);
            }
            co_return co_await session.send_error(leased.error());
        }
        StatementLease lease = std::move(*leased);
        const bool was_held = lease.held != nullptr;
        pool::Connection& connection = lease.connection();
        Running running(session, connection);
        std::optional<Error> failed;
        bool untouched = true;

        const bool prepares = options.kind == wire::ResponseKind::prepare;
        PreludeFor what = prepares ? PreludeFor::preparing : PreludeFor::executing;
        if (!prepares && may_mistake_insert_id(plan, connection, maker)) what = PreludeFor::inserting;
        Result<Prelude> prelude = co_await prelude_for(session, *lease.pool, connection, plan.effects, what);
        if (prelude && prelude->answers > 0 && maker.needs_exchange(connection)) {
            const Result<void> confirmed = co_await confirm(session, *lease.pool, connection, *prelude);
            if (!confirmed) prelude = confirmed.error();
        }
        if (!prelude) {
            failed = prelude.error();
        } else {
            Result<wire::BytesView> request = co_await maker.make(connection);
            if (!request) {
                failed = request.error();
                if (!connection.condition.stream_lost && !connection.condition.answer_pending) {
                    running.over();
                    // The tablet answered with an error of its own; the connection is as good as before.
                    co_return co_await session.send_error(*failed);
                }
            } else {
                SendResult sent =
                    co_await send_request(session, *lease.pool, connection, std::move(*prelude), *request);
                failed = std::move(sent.error);
                untouched = sent.untouched;
                options.preceding = sent.preceding;
            }
        }
        RelayEnd end;
        const router::Plan* whole = &plan;
        if (!failed && streamed != nullptr) {
            const StreamedStatement::End sent = co_await streamed->send_rest(connection);
            untouched = false;
            if (sent.of_statement) {
                // The tablet has half a packet, of which it runs nothing.
                running.over();
                connection.condition.stream_lost = true;
                Error error = *sent.error;
                pool::ReasonSet reasons = was_held ? lease.held->lease.reasons() : pool::ReasonSet();
                reasons.remove(pool::Reason::previous_statement);
                if (!reasons.empty()) error.message += "; lost with it: " + pool::to_string(reasons);
                (void)abandon(session, std::move(lease), end);
                co_return co_await session.send_error(std::move(error));
            }
            failed = sent.error;
            if (!failed) {
                whole = &streamed->plan();
                start_query_timeout(session, timeout, plan, statement);
            }
        }
        if (!failed) {
            end = co_await relay(session, connection, options);
            if (end.outcome == RelayOutcome::done) {
                account(session, *whole, end);
                maker.on_answer(connection, end);
                if (!end.insert_id_supplied && insert_id_is_doubtful(*whole, end, maker)) {
                    (void)co_await settle_insert_id(session, connection, *whole, end);
                }
                if (concerns_locks(whole->effects)) {
                    co_await settle_locks(session, connection, whole->effects, maker, end);
                }
                if (sets_idle_timeout(whole->effects, end.answer)) {
                    co_await take_idle_timeouts(session, connection, whole->effects, end.answer);
                }
                running.over();
                settle(session, std::move(lease), *whole, end, statement);
                if (options.kind == wire::ResponseKind::result || end.error_code != 0)
                    note_answer(session.state(), *whole, end);
                if (session.state().transaction.open && end.error_code == deadlock) {
                    co_await roll_back_others(session);
                }
                co_return co_await session.send(end.rest());
            }
            if (end.outcome == RelayOutcome::client_lost) co_return Flow::leave;
            if (end.outcome == RelayOutcome::prelude_failed) {
                running.over();
                const Error refused = *end.error;
                (void)abandon(session, std::move(lease), end);
                co_return co_await session.send_error(refused);
            }
            untouched = false;
        } else {
            end.outcome =
                session.interrupt().raised() ? RelayOutcome::interrupted : RelayOutcome::tablet_lost;
            end.problem = failed->message;
        }
        running.over();
        const bool can_repeat = untouched || (plan.read_only && streamed == nullptr);
        const bool again = end.outcome == RelayOutcome::tablet_lost && !was_held && !end.sent_anything &&
                           can_repeat && attempt < max_attempts;
        if (end.outcome == RelayOutcome::interrupted) {
            const bool sent_anything = end.sent_anything;
            (void)abandon(session, std::move(lease), end);
            const std::optional<Error> error = interrupt_error(session);
            if (!error || sent_anything) co_return Flow::leave;
            co_return co_await session.send_error(*error);
        }
        const Error lost = abandon(session, std::move(lease), end);
        if (again) continue;
        if (end.sent_anything) co_return Flow::leave;  // half an answer cannot be taken back
        co_return co_await session.send_error(lost);
    }
}

}  // namespace leasehold::proxy
