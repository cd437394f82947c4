#include "proxy/gather.h"

#include <optional>
#include <utility>

#include "base/log.h"
#include "base/mysql_errors.h"
#include "pool/packet_io.h"
#include "proxy/gather_change.h"
#include "proxy/gather_insert.h"
#include "proxy/gather_leavings.h"
#include "proxy/gather_tables.h"
#include "proxy/gathered_statement.h"
#include "proxy/memory_gate.h"
#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "proxy/scratch.h"
#include "proxy/session_answers.h"
#include "wire/frame.h"
#include "wire/prepared.h"

namespace leasehold::proxy {
namespace {

// The lease goes back before the last bytes go to the client.
net::Task<Flow> finish(Session& session, Gathering& gathering, RelayEnd end) {
    if (end.outcome == RelayOutcome::done) {
        gathering.close();
        co_return co_await session.send(end.rest());
    }
    if (end.sent_anything || end.outcome == RelayOutcome::client_lost) co_return Flow::leave;
    co_return co_await answer_gather_error(session, gathering.lost(end));
}

}  // namespace

net::Task<Flow> run_gather(Session& session, const router::Plan& plan, const router::Route& route,
                           const StatementSource& asked) {
    if (route.gather->change) co_return co_await run_gathered_change(session, plan, route, asked);
    // The scratch connection is not kept, so no cursor stays open on it.
    const CursorlessSource cursorless(asked);
    const StatementSource& source = cursorless.source();
    const SchemaAside schema(session.state());
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, plan, source.sql);

    Gathering gathering(session, route);
    const Result<void> ready = co_await gathering.fill(source);
    if (!ready) co_return co_await answer_gather_error(session, ready.error());
    Scratch& scratch = gathering.scratch();
    GatheredStatement statement(session, plan, source, scratch);
    const bool inserts = route.gather->insert.has_value();
    Result<RelayEnd> end = co_await statement.run(gathering.tables().statement(), inserts);
    if (inserts && end && end->outcome == RelayOutcome::done && !end->error)
        co_return co_await insert_gathered(session, scratch, *route.gather->insert);
    if (!end) co_return co_await answer_gather_error(session, end.error());
    if (end->outcome == RelayOutcome::done) {
        account(session, plan, *end);
        note_answer(session.state(), plan, *end);
        if (!end->error) {
            const Result<void> left = co_await take_leavings(session, scratch, plan, source.sql);
            if (!left && end->sent_anything) co_return Flow::leave;
            if (!left) co_return co_await answer_gather_error(session, left.error());
        }
    }
    if (inserts && end->error) co_return co_await answer_gather_error(session, *end->error);
    co_return co_await finish(session, gathering, std::move(*end));
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
    Gathering gathering(session, route);
    const Result<void> ready = co_await gathering.make_empty();
    if (!ready) co_return co_await answer_gather_error(session, ready.error());
    pool::Connection& connection = gathering.scratch().connection();
    wire::Bytes request;
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(request);
    wire::append_prepare(request, *gathering.tables().statement().sql);
    wire::end_packet(request, start, sequence);
    connection.condition.answer_pending = true;
    const net::IoStatus sent = co_await connection.channel->write_all(request, session.interrupt());
    if (sent != net::IoStatus::done) {
        connection.condition.stream_lost = true;
        co_return co_await answer_gather_error(session, pool::io_error(sent));
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
    co_return co_await finish(session, gathering, std::move(end));
}

}  // namespace leasehold::proxy
