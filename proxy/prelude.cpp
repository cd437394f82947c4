#include "proxy/prelude.h"

#include "base/log.h"
#include "base/mysql_errors.h"
#include "pool/packet_io.h"
#include "proxy/insert_id.h"
#include "router/sql/fold.h"
#include "wire/commands.h"
#include "wire/frame.h"
#include "wire/prepared.h"
#include "wire/query_attributes.h"

namespace leasehold::proxy {
namespace {

void append_statement(wire::Bytes& out, std::string_view sql, wire::Capabilities capabilities) {
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(out);
    wire::append_query(out, sql, capabilities);
    wire::end_packet(out, start, sequence);
}

// Reads it, or may change it without saying so.
bool uses_insert_id(const router::Effects& effects) {
    using router::Effect;
    return effects.set.has(Effect::reads_insert_id) || changes_insert_id_unseen(effects);
}

void append_init_db(wire::Bytes& out, std::string_view schema) {
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(out);
    wire::append_init_db(out, schema);
    wire::end_packet(out, start, sequence);
}

// What is left of a SET TRANSACTION that the session has no more: MariaDB keeps it when the statement it was
// for failed. COMMIT uses it up.
void drop_next_transaction(const TransactionState& transaction, const router::Effects& effects,
                           pool::Connection& connection, Prelude& prelude) {
    pool::Condition& condition = connection.condition;
    const bool left = condition.next_transaction_set && !condition.in_transaction;
    if (!left || !transaction.next_characteristics.empty()) return;
    if (effects.set.has(router::Effect::reads_previous)) return;  // COMMIT would leave nothing to tell of
    append_statement(prelude.bytes, "COMMIT", connection.capabilities);
    ++prelude.answers;
    condition.next_transaction_set = false;
}

// The session's open transaction, where the connection has no part in it yet.
void join_transaction(const TransactionState& transaction, const router::Effects& effects,
                      pool::Connection& connection, Prelude& prelude) {
    if (connection.condition.in_transaction) return;
    // Before a question about the statement before it would leave nothing to tell of.
    const bool question = !transaction.open && effects.set.has(router::Effect::reads_previous);
    if (!transaction.next_characteristics.empty() && !question) {
        append_statement(prelude.bytes, "SET TRANSACTION " + transaction.next_characteristics,
                         connection.capabilities);
        ++prelude.answers;
        prelude.proven = false;
        // Not every statement uses it up. What BEGIN took ends with the transaction.
        if (!transaction.open) connection.condition.next_transaction_set = true;
    }
    if (question) return;
    if (transaction.open) {
        const std::string begin =
            transaction.options.empty() ? "BEGIN" : "START TRANSACTION " + transaction.options;
        append_statement(prelude.bytes, begin, connection.capabilities);
        ++prelude.answers;
        prelude.begins = true;
        if (!transaction.options.empty()) prelude.proven = false;
    }
    // Not open, but with autocommit off: the tablet begins by itself with the statement, and they are before
    // it.
    for (const std::string& name : transaction.savepoints) {
        append_statement(prelude.bytes, "SAVEPOINT " + name, connection.capabilities);
        ++prelude.answers;
    }
}

}  // namespace

net::Task<Result<Prelude>> settings_for(Session& session, pool::Pool& pool, pool::Connection& connection) {
    ClientState& state = session.state();
    Prelude prelude;
    const bool other_settings = connection.settings != state.settings;
    std::optional<std::string> settings;
    if (other_settings) {
        settings = pool::replay_sql(connection.settings, state.settings);
        if (!settings) {
            // First of all: it also takes the connection back to its tablet's own schema.
            const Result<void> restored = co_await session.site().dialer().restore(pool.tablet(), connection);
            if (!restored) {
                connection.condition.stream_lost = true;
                co_return restored.error();
            }
            settings = pool::replay_sql(connection.settings, state.settings);
        }
    }
    const bool other_schema =
        connection.schema != state.target.schema && state.target.schema != router::no_schema;
    if (other_schema) {
        // What was prepared looks for its tables where it was prepared.
        for (const std::uint32_t id : connection.statements.take_all())
            connection.stale_statements.push_back(id);
    }
    for (const std::uint32_t id : connection.stale_statements) {
        std::uint8_t sequence = 0;
        const std::size_t start = wire::begin_packet(prelude.bytes);
        wire::append_statement_close(prelude.bytes, id);  // has no answer
        wire::end_packet(prelude.bytes, start, sequence);
    }
    connection.stale_statements.clear();
    if (other_schema) {
        const std::string& schema = state.target.schema;
        append_init_db(prelude.bytes, schema.empty() ? pool.tablet().spec().database : schema);
        ++prelude.answers;
        prelude.proven = false;
        connection.schema = schema;
    }
    if (other_settings) {
        if (settings && !settings->empty()) {
            append_statement(prelude.bytes, *settings, connection.capabilities);
            ++prelude.answers;
            prelude.proven = !other_schema && state.settings->proven_on(&pool.tablet());
        }
        connection.settings = state.settings;
    }
    co_return std::move(prelude);
}

net::Task<Result<Prelude>> prelude_for(Session& session, pool::Pool& pool, pool::Connection& connection,
                                       const router::Effects& effects, PreludeFor what) {
    ClientState& state = session.state();
    Result<Prelude> settings = co_await settings_for(session, pool, connection);
    if (!settings) co_return settings.error();
    Prelude prelude = *std::move(settings);
    drop_next_transaction(state.transaction, effects, connection, prelude);
    if (what != PreludeFor::preparing || !state.transaction.options.empty())
        join_transaction(state.transaction, effects, connection, prelude);
    // LAST_INSERT_ID() belongs to the session: whichever connection answers is told first.
    const bool knows = connection.insert_id_of == session.id() && state.last_insert_on == &connection;
    if ((uses_insert_id(effects) || what == PreludeFor::inserting) && !knows) {
        append_statement(prelude.bytes, "SET LAST_INSERT_ID = " + std::to_string(state.last_insert_id),
                         connection.capabilities);
        ++prelude.answers;
        connection.insert_id_of = session.id();
        connection.insert_id = state.last_insert_id;
        state.last_insert_on = &connection;
    }
    if (changes_insert_id_unseen(effects)) connection.insert_id.reset();
    if (prelude.answers > 0 && effects.set.has(router::Effect::reads_previous)) {
        // A setting may have warned (MySQL 9 of some sql_mode): the client asks for its own warnings, and has
        // none.
        append_statement(prelude.bytes, "DO 0", connection.capabilities);
        ++prelude.answers;
    }
    co_return std::move(prelude);
}

net::Task<Result<void>> confirm(Session& session, pool::Pool& pool, pool::Connection& connection,
                                Prelude& prelude) {
    connection.condition.answer_pending = true;
    const net::IoStatus status = co_await connection.channel->write_all(prelude.bytes, session.interrupt());
    if (status != net::IoStatus::done) {
        connection.condition.stream_lost = true;
        co_return pool::io_error(status);
    }
    RelayOptions options;
    options.quiet = true;
    options.preceding = prelude.answers - 1;
    const RelayEnd end = co_await relay(session, connection, options);
    if (end.error || end.outcome != RelayOutcome::done) {
        connection.condition.stream_lost = true;
        if (end.error) co_return *end.error;
        co_return make_error(mysql_error::server_lost, end.problem.empty() ? "interrupted" : end.problem);
    }
    if (prelude.begins) connection.condition.in_transaction = true;
    if (session.state().settings) session.state().settings->prove_on(&pool.tablet());
    prelude = {};
    co_return Result<void>();
}

net::Task<SendResult> send_request(Session& session, pool::Pool& pool, pool::Connection& connection,
                                   Prelude prelude, wire::BytesView request) {
    net::Channel& channel = *connection.channel;
    if (prelude.answers > 0 && !prelude.proven) {
        const Result<void> confirmed = co_await confirm(session, pool, connection, prelude);
        if (!confirmed) co_return SendResult{confirmed.error(), true, 0};
    }
    connection.condition.answer_pending = true;
    if (prelude.begins) connection.condition.in_transaction = true;
    wire::BytesView first = request;
    if (!prelude.bytes.empty()) {
        wire::append_bytes(prelude.bytes, request);
        first = prelude.bytes;
    }
    const net::IoResult put = channel.write(first);
    if (put.kind == net::IoResult::Kind::failed || put.kind == net::IoResult::Kind::end) {
        connection.condition.stream_lost = true;
        connection.condition.answer_pending = false;
        co_return SendResult{make_error(mysql_error::server_lost, "the tablet has closed the connection"),
                             true, 0};
    }
    if (put.bytes < first.size()) {
        const net::IoStatus status =
            co_await channel.write_all(first.subspan(put.bytes), session.interrupt());
        if (status != net::IoStatus::done) {
            connection.condition.stream_lost = true;
            co_return SendResult{pool::io_error(status), false, 0};
        }
    }
    co_return SendResult{std::nullopt, false, prelude.answers};
}

void note_settings(ClientState& state, const Answer& answer) {
    state.autocommit = answer.autocommit;
    if (state.autocommit && !state.transaction.open) state.transaction.savepoints.clear();
    std::optional<std::string_view> mode;
    if (state.settings) mode = state.settings->find("sql_mode");
    if (mode && mode->size() >= 2 && mode->front() == '\'') mode = mode->substr(1, mode->size() - 2);
    if (mode && router::equal_folded(*mode, "default")) mode.reset();
    for (const auto& [name, value] : answer.variables) {
        if (name == "sql_mode") mode = value;
    }
    state.sql_mode = mode ? router::parse_sql_mode(*mode) : state.server_sql_mode;
    state.sql_mode.server_version = state.server_sql_mode.server_version;
}

void account(Session& session, const router::Plan& plan, const RelayEnd& end) {
    KeyspaceCounters& counters = session.counters();
    if (end.error_code != 0) counters.count_error(end.error_code);
    counters.rows_out += end.rows;
    if (!plan.returns_rows) counters.rows_in += end.affected_rows;
}

void end_transaction_state(ClientState& state) {
    state.transaction = {};
}

void abort_transaction(Session& session) {
    end_transaction_state(session.state());
    std::vector<pool::Pool*> parts;
    for (const HeldLease& held : session.held().all()) {
        if (held.lease.reasons().has(pool::Reason::transaction)) parts.push_back(held.pool);
    }
    for (pool::Pool* part : parts) session.held().give_back(*part);  // reset by its keeper, which rolls back
}

net::Task<void> roll_back_others(Session& session) {
    end_transaction_state(session.state());
    std::vector<pool::Pool*> given_back;
    for (HeldLease& held : session.held().all()) {
        if (!held.lease.reasons().has(pool::Reason::transaction)) continue;
        const Result<void> done = co_await run_quietly(session, *held.lease, "ROLLBACK");
        pool::ReasonSet reasons = held.lease.reasons();
        reasons.remove(pool::Reason::transaction);
        held.lease.set_reasons(reasons);
        if (!done || reasons.empty()) given_back.push_back(held.pool);
    }
    for (pool::Pool* part : given_back) session.held().give_back(*part);
}

namespace {

net::Task<Result<QuietAnswer>> exchange(Session& session, pool::Connection& connection,
                                        wire::BytesView frames, wire::ResponseKind kind) {
    connection.condition.answer_pending = true;
    const net::IoStatus status = co_await connection.channel->write_all(frames, session.interrupt());
    if (status != net::IoStatus::done) {
        connection.condition.stream_lost = true;
        co_return pool::io_error(status);
    }
    RelayOptions quiet;
    quiet.quiet = true;
    quiet.kind = kind;
    const RelayEnd end = co_await relay(session, connection, quiet);
    if (end.outcome != RelayOutcome::done) {
        co_return make_error(mysql_error::server_lost, end.problem.empty() ? "interrupted" : end.problem);
    }
    if (end.error) co_return *end.error;
    co_return QuietAnswer{end.affected_rows, end.answer.warnings};
}

}  // namespace

net::Task<Result<void>> exchange_quietly(Session& session, pool::Connection& connection,
                                         wire::BytesView frames, wire::ResponseKind kind) {
    const Result<QuietAnswer> done = co_await exchange(session, connection, frames, kind);
    if (!done) co_return done.error();
    co_return Result<void>();
}

net::Task<Result<QuietAnswer>> tell_quietly(Session& session, pool::Connection& connection,
                                            std::string_view sql) {
    wire::Bytes request;
    append_statement(request, sql, connection.capabilities);
    co_return co_await exchange(session, connection, request, wire::ResponseKind::result);
}

net::Task<Result<std::uint64_t>> change_quietly(Session& session, pool::Connection& connection,
                                                std::string_view sql) {
    const Result<QuietAnswer> done = co_await tell_quietly(session, connection, sql);
    if (!done) co_return done.error();
    co_return done->affected_rows;
}

net::Task<Result<void>> run_quietly(Session& session, pool::Connection& connection, std::string_view sql) {
    const Result<QuietAnswer> done = co_await tell_quietly(session, connection, sql);
    if (!done) co_return done.error();
    co_return Result<void>();
}

}  // namespace leasehold::proxy
