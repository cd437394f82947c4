#include "proxy/gather.h"

#include <optional>
#include <utility>

#include "base/log.h"
#include "base/mysql_errors.h"
#include "pool/packet_io.h"
#include "proxy/gather_insert.h"
#include "proxy/gather_leavings.h"
#include "proxy/gather_tables.h"
#include "proxy/memory_gate.h"
#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "proxy/scratch.h"
#include "proxy/session_answers.h"
#include "wire/frame.h"
#include "wire/prepared.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint16_t deadlock = 1213;

// The tables are made in the tablet's own database, whatever schema the session has chosen (`USE
// information_schema`).
class SchemaAside {
  public:
    explicit SchemaAside(ClientState& state)
        : state_(state), schema_(std::exchange(state.target.schema, {})) {}
    ~SchemaAside() { state_.target.schema = std::move(schema_); }
    SchemaAside(const SchemaAside&) = delete;
    SchemaAside& operator=(const SchemaAside&) = delete;

  private:
    ClientState& state_;
    std::string schema_;
};

// Says in the log what a statement cost, at most once a second a keyspace and worker.
void tell(Session& session, const StatementSource& source, const GatherTables& tables) {
    KeyspaceCounters& counters = session.counters();
    counters.gathered_rows += tables.rows();
    counters.gathered_bytes += tables.bytes();
    const net::TimePoint now = session.site().worker().now();
    if (now < counters.next_gather_log) return;
    counters.next_gather_log = now + std::chrono::seconds(1);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now - session.activity.since);
    log(LogLevel::info, "gathered",
        {{"keyspace", session.counted_keyspace()},
         {"user", session.state().login.user},
         {"rows", tables.rows()},
         {"bytes", tables.bytes()},
         {"ms", static_cast<std::uint64_t>(took.count())},
         {"statement", source.sql.substr(0, 256)}});
}

// `error`: of a shard, of the scratch tablet or the proxy's own.
net::Task<Flow> answer_error(Session& session, Error error) {
    // A tablet that has rolled a part of the transaction back takes the others with it.
    if (error.code == deadlock && session.held().in_transaction()) co_await roll_back_others(session);
    if (session.interrupt().raised()) {
        const std::optional<Error> why = interrupt_error(session);
        if (!why) co_return Flow::leave;
        error = *why;
    }
    co_return co_await session.send_error(std::move(error));
}

net::Task<Result<Scratch>> open_scratch(Session& session, std::uint16_t keyspace) {
    session.count_for(session.site().world()->topology->keyspaces[keyspace].name);
    const Result<pool::Pool*> pool = scratch_pool(session, keyspace);
    if (!pool) co_return pool.error();
    co_return co_await Scratch::open(session, **pool);
}

// The lease goes back before the last bytes go to the client.
net::Task<Flow> finish(Session& session, Scratch scratch, RelayEnd end) {
    if (end.outcome == RelayOutcome::done) {
        { const Scratch over = std::move(scratch); }
        co_return co_await session.send(end.rest());
    }
    if (end.sent_anything || end.outcome == RelayOutcome::client_lost) co_return Flow::leave;
    Error lost = end.error ? *end.error
                           : make_error(mysql_error::server_lost,
                                        "lost tablet " + scratch.pool().tablet().label() +
                                            " during the gathered statement: " + end.problem);
    co_return co_await answer_error(session, std::move(lost));
}

net::Task<Flow> insert_rows(Session& session, Scratch& scratch, const router::GatherInsert& insert) {
    const Result<wire::OkPacket> inserted = co_await insert_gathered(session, scratch, insert);
    if (!inserted) co_return co_await answer_error(session, inserted.error());
    ClientState& state = session.state();
    state.failed = false;
    state.row_count = static_cast<std::int64_t>(inserted->affected_rows);
    if (inserted->last_insert_id != 0) {
        state.last_insert_id = inserted->last_insert_id;
        state.last_insert_on = nullptr;  // no connection has it, or another one than the last
    }
    session.counters().rows_in += inserted->affected_rows;
    co_return co_await session.send_ok(*inserted);
}

// The statement itself, on the filled tables.
class GatheredStatement {
  public:
    GatheredStatement(Session& session, const router::Plan& plan, const StatementSource& source,
                      Scratch& scratch)
        : session_(session), plan_(plan), source_(source), scratch_(scratch) {}

    // `quiet`: its answer is not the client's.
    net::Task<Result<RelayEnd>> run(const router::ShardQuery& query, bool quiet) {
        const Result<void> goes_on = scratch_.go_on();
        if (!goes_on) co_return goes_on.error();
        pool::Connection& connection = scratch_.connection();
        Result<Prelude> prelude = co_await prelude_for(session_, scratch_.pool(), connection, plan_.effects);
        if (!prelude) co_return prelude.error();
        StatementRequest request(session_, source_, query);
        if (prelude->answers > 0 && request.needs_exchange(connection)) {
            const Result<void> confirmed = co_await confirm(session_, scratch_.pool(), connection, *prelude);
            if (!confirmed) co_return confirmed.error();
        }
        Result<wire::BytesView> bytes = co_await request.make(connection);
        if (!bytes) co_return bytes.error();
        SendResult sent =
            co_await send_request(session_, scratch_.pool(), connection, std::move(*prelude), *bytes);
        if (sent.error) co_return *sent.error;
        RelayOptions options;
        options.preceding = sent.preceding;
        options.quiet = quiet;
        co_return co_await relay(session_, connection, options);
    }

  private:
    Session& session_;
    const router::Plan& plan_;
    const StatementSource& source_;
    Scratch& scratch_;
};

}  // namespace

net::Task<Flow> run_gather(Session& session, const router::Plan& plan, const router::Route& route,
                           const StatementSource& asked) {
    // The scratch connection is not kept, so no cursor stays open on it.
    const CursorlessSource cursorless(asked);
    const StatementSource& source = cursorless.source();
    const SchemaAside schema(session.state());
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout);

    Result<Scratch> opened = co_await open_scratch(session, route.keyspace);
    if (!opened) co_return co_await answer_error(session, opened.error());
    Scratch scratch = std::move(*opened);
    GatherTables tables(session, scratch, *route.gather);
    Result<void> ready = co_await tables.fill();
    if (ready) ready = co_await scratch.use_session_settings();
    tell(session, source, tables);
    if (!ready) co_return co_await answer_error(session, ready.error());
    GatheredStatement statement(session, plan, source, scratch);
    const bool inserts = route.gather->insert.has_value();
    Result<RelayEnd> end = co_await statement.run(tables.statement(), inserts);
    if (inserts && end && end->outcome == RelayOutcome::done && !end->error)
        co_return co_await insert_rows(session, scratch, *route.gather->insert);
    if (!end) co_return co_await answer_error(session, end.error());
    if (end->outcome == RelayOutcome::done) {
        account(session, plan, *end);
        note_answer(session.state(), plan, *end);
        if (!end->error) {
            const Result<void> left = co_await take_leavings(session, scratch, plan, source.sql);
            if (!left && end->sent_anything) co_return Flow::leave;
            if (!left) co_return co_await answer_error(session, left.error());
        }
    }
    if (inserts && end->error) co_return co_await answer_error(session, *end->error);
    co_return co_await finish(session, std::move(scratch), std::move(*end));
}

net::Task<Flow> run_gathered(Session& session, const StatementSource& source) {
    router::PlanContext context = plan_context(session, source.prepared != nullptr);
    context.gathers = true;
    const Result<router::PlannedStatement> planned = session.site().plans().plan(source.sql, context);
    if (!planned) co_return co_await session.send_error(planned.error());
    const router::Plan& plan = *planned->plan;
    const Result<router::Route> route = router::PlanCache::route(plan, source.sql, source.values);
    if (!route) co_return co_await session.send_error(route.error());
    if (route->gather == nullptr) {
        const Result<pool::Pool*> pool = pool_for(session, route->keyspace, route->shards.front().shard);
        if (!pool) co_return co_await session.send_error(pool.error());
        StatementRequest request(session, source, route->shards.front());
        const RelayOptions options;
        co_return co_await run_on_shard(session, plan, **pool, request, options, source.sql);
    }
    const Result<void> room = co_await room_for(session, gather_buffer_bytes);
    if (!room) co_return co_await session.send_error(room.error());
    co_return co_await run_gather(session, plan, *route, source);
}

net::Task<Flow> prepare_gathered(Session& session, const router::Route& route, std::uint32_t id) {
    const SchemaAside schema(session.state());
    Result<Scratch> opened = co_await open_scratch(session, route.keyspace);
    if (!opened) co_return co_await answer_error(session, opened.error());
    Scratch scratch = std::move(*opened);
    GatherTables tables(session, scratch, *route.gather);
    Result<void> ready = co_await tables.make_empty();
    if (ready) ready = co_await scratch.use_session_settings();
    if (!ready) co_return co_await answer_error(session, ready.error());
    pool::Connection& connection = scratch.connection();
    wire::Bytes request;
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(request);
    wire::append_prepare(request, *tables.statement().sql);
    wire::end_packet(request, start, sequence);
    connection.condition.answer_pending = true;
    const net::IoStatus sent = co_await connection.channel->write_all(request, session.interrupt());
    if (sent != net::IoStatus::done) {
        connection.condition.stream_lost = true;
        co_return co_await answer_error(session, pool::io_error(sent));
    }
    RelayOptions options;
    options.kind = wire::ResponseKind::prepare;
    options.statement_id = id;
    RelayEnd end = co_await relay(session, connection, options);
    PreparedStatement* statement = session.prepared().find(id);
    if (end.outcome == RelayOutcome::done && !end.error && statement != nullptr) {
        statement->ready = true;
        statement->parameters = end.prepare_ok.parameters;
        statement->columns = end.prepare_ok.columns;
    }
    co_return co_await finish(session, std::move(scratch), std::move(end));
}

}  // namespace leasehold::proxy
