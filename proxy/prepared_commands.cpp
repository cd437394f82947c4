#include "proxy/prepared_commands.h"

#include <algorithm>
#include <deque>

#include "base/memory_account.h"
#include "base/mysql_errors.h"
#include "proxy/catalog.h"
#include "proxy/gather.h"
#include "proxy/memory_gate.h"
#include "proxy/prelude.h"
#include "proxy/query.h"
#include "proxy/requests.h"
#include "proxy/session_answers.h"
#include "proxy/shard_statement.h"
#include "proxy/table_columns.h"
#include "wire/frame.h"
#include "wire/prepared.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint16_t no_open_cursor = 1421;

const router::Plan& plan_without_effects() {
    static const router::PlanRef plan = new router::Plan;
    return *plan;
}

Error unknown_statement(std::uint32_t id, std::string_view command) {
    return make_error(
        mysql_error::unknown_stmt_handler,
        "Unknown prepared statement handler (" + std::to_string(id) + ") given to " + std::string(command));
}

// Of a gather whose tables are not all on the shard that would prepare the client's own text.
std::optional<router::Route> route_of_gather(const router::Plan& plan, std::string_view sql) {
    if (plan.opcode != router::Opcode::gather) return std::nullopt;
    Result<router::Route> route = router::PlanCache::route(plan, sql, {});
    if (!route || route->gather == nullptr || *route->gather->statement.sql == sql) return std::nullopt;
    return *std::move(route);
}

// A request with a statement id, for the connection that holds the statement's cursor or long data.
wire::Bytes with_statement_id(wire::BytesView payload, std::uint32_t id) {
    wire::Bytes frames;
    std::uint8_t sequence = 0;
    wire::append_packet(frames, payload, sequence);
    wire::patch_statement_id(std::span(frames).subspan(wire::frame_header_size), id);
    return frames;
}

struct HeldStatement {
    HeldLease* held = nullptr;
    std::uint32_t tablet_id = 0;
};
std::optional<HeldStatement> find_held(Session& session, const PreparedStatement& statement,
                                       pool::Reason reason) {
    for (HeldLease& held : session.held().all()) {
        if (!held.lease.reasons().has(reason)) continue;
        if (const auto id = held.lease->statements.find(statement.text)) return HeldStatement{&held, *id};
    }
    return std::nullopt;
}

// Plans the statement again when the topology has changed since.
Result<void> refresh_plan(Session& session, PreparedStatement& statement) {
    if (statement.generation == session.site().generation()) return {};
    Result<router::PlannedStatement> planned =
        session.site().plans().plan(statement.text->sql, plan_context(session, true));
    if (!planned) return planned.error();
    statement.plan = planned->plan;
    statement.generation = session.site().generation();
    return {};
}

// The client's PREPARE; its answer gets the session's own id.
class PrepareRequest final : public RequestMaker {
  public:
    // `text`: what the tablet prepares.
    PrepareRequest(PreparedStatement& statement, pool::PreparedTextRef text)
        : statement_(statement), text_(std::move(text)) {
        std::uint8_t sequence = 0;
        const std::size_t start = wire::begin_packet(frames_);
        wire::append_prepare(frames_, text_->sql);
        wire::end_packet(frames_, start, sequence);
    }
    net::Task<Result<wire::BytesView>> make(pool::Connection&) override {
        co_return wire::BytesView(frames_);
    }
    bool needs_exchange(pool::Connection&) const override { return false; }
    void on_answer(pool::Connection& connection, const RelayEnd& end) override {
        if (end.error) return;
        statement_.ready = true;
        statement_.parameters = end.prepare_ok.parameters;
        statement_.columns = end.prepare_ok.columns;
        connection.note_prepared(text_, end.prepare_ok.statement_id);
    }

  private:
    PreparedStatement& statement_;
    pool::PreparedTextRef text_;
    wire::Bytes frames_;
};

// A FETCH; notices when the cursor has come to its end.
class FetchCursor final : public RequestMaker {
  public:
    FetchCursor(Session& session, pool::PreparedTextRef text, wire::Bytes frames)
        : session_(session), text_(std::move(text)), frames_(std::move(frames)) {}
    net::Task<Result<wire::BytesView>> make(pool::Connection&) override {
        co_return wire::BytesView(frames_);
    }
    bool needs_exchange(pool::Connection&) const override { return false; }
    void on_answer(pool::Connection&, const RelayEnd& end) override {
        if (!end.answer.cursor_open) session_.state().marks.cursors.erase(text_);
    }

  private:
    Session& session_;
    pool::PreparedTextRef text_;
    wire::Bytes frames_;
};

// What one statement held; the cursors and the long data of others stay.
void end_reason_of(Session& session, const PreparedStatement& statement, pool::Reason reason) {
    if (reason == pool::Reason::cursor) {
        OpenCursors& cursors = session.state().marks.cursors;
        cursors.erase(statement.text);
        if (!cursors.empty()) return;
    }
    if (reason == pool::Reason::long_data && session.prepared().has_long_data()) return;
    session.held().end_reason(reason);
}

net::Task<Flow> prepare_for_client(Session& session, pool::Pool& pool, std::uint32_t id) {
    PreparedStatement& statement = *session.prepared().find(id);
    const std::string& other = statement.plan->prepared_as;
    PrepareRequest request(statement,
                           other.empty() ? statement.text : session.site().prepared_texts().intern(other));
    RelayOptions options;
    options.kind = wire::ResponseKind::prepare;
    options.statement_id = id;
    co_return co_await run_on_shard(session, plan_without_effects(), pool, request, options,
                                    session.activity.statement);
}

}  // namespace

Result<pool::Pool*> pool_to_prepare_on(Session& session, const router::Plan& plan, std::string_view sql) {
    if (plan.opcode == router::Opcode::unsharded || plan.opcode == router::Opcode::by_destination) {
        const Result<router::Route> route = router::PlanCache::route(plan, sql, {});
        if (!route) return route.error();
        return pool_for(session, route->keyspace, route->shards.front().shard);
    }
    const auto& topology = *session.site().world()->topology;
    const std::size_t keyspace =
        plan.keyspace ? *plan.keyspace : topology.find_keyspace(session.state().target.keyspace).value_or(0);
    return pool_for(session, keyspace_for(session, plan, keyspace), 0);
}

net::Task<Result<void>> admit_prepared(Session& session, std::size_t bytes) {
    Site& site = session.site();
    if (!site.process().memory().has_room(bytes)) {
        Result<void> room = co_await room_for(session, bytes);
        if (!room) co_return room;
    }
    const config::Limits& limits = site.config().limits;
    if (memory_of(MemoryPart::prepared_statements) + allocated_size(bytes) > limits.prepared_stmt_memory) {
        co_return make_error(mysql_error::max_prepared_stmt_count_reached,
                             "Can't create more prepared statements: all sessions together may take " +
                                 std::to_string(limits.prepared_stmt_memory) +
                                 " bytes for them (limits.prepared_stmt_memory)");
    }
    const std::size_t cap = limits.max_prepared_stmt_count_per_session;
    if (session.prepared().size() >= cap || !site.process().admit_statement()) {
        co_return make_error(mysql_error::max_prepared_stmt_count_reached,
                             "Can't create more prepared statements: a session may have " +
                                 std::to_string(cap) + ", all sessions " +
                                 std::to_string(limits.max_prepared_stmt_count));
    }
    co_return Result<void>();
}

net::Task<Flow> run_prepare(Session& session, Command& command) {
    const std::string_view sql = wire::to_text(command.payload.subspan(1));
    session.activity.statement = sql;
    session.counters().bytes_in += command.payload.size();
    session.prepared().forget_newest();
    Site& site = session.site();
    const Result<void> admitted = co_await admit_prepared(session, sql.size());
    if (!admitted) co_return co_await session.send_error(admitted.error());
    Result<router::PlannedStatement> planned = site.plans().plan(sql, plan_context(session, true));
    if (planned && planned->plan->wants_columns) planned = co_await plan_with_columns(session, sql, true);
    Result<pool::Pool*> pool = planned ? pool_to_prepare_on(session, *planned->plan, sql) : planned.error();
    if (!pool) {
        site.process().statements_left(1);
        co_return co_await session.send_error(pool.error());
    }
    PreparedStatement statement;
    statement.text = site.prepared_texts().intern(sql);
    statement.plan = planned->plan;
    statement.generation = site.generation();
    const std::uint32_t id = session.prepared().add(std::move(statement));
    const std::optional<router::Route> gathered = route_of_gather(*planned->plan, sql);
    Flow flow = Flow::next;
    if (gathered) {
        flow = co_await prepare_gathered(session, *gathered, id);
    } else {
        flow = co_await prepare_for_client(session, **pool, id);
    }
    const PreparedStatement* made = session.prepared().find(id);
    if (made != nullptr && !made->ready) {
        session.prepared().erase(id);
        site.process().statements_left(1);
    }
    co_return flow;
}

net::Task<Flow> run_execute(Session& session, Command& command) {
    session.counters().bytes_in += command.payload.size();
    const Result<std::uint32_t> id = wire::execute_statement_id(command.payload);
    if (!id) co_return co_await session.send_error(id.error());
    PreparedStatement* statement = session.prepared().find(*id);
    if (statement == nullptr)
        co_return co_await session.send_error(unknown_statement(*id, "mysqld_stmt_execute"));
    session.activity.statement = statement->text->sql;
    if (statement->long_data_error) {
        const Error error = std::move(*statement->long_data_error);
        statement->long_data_error.reset();
        co_return co_await session.send_error(error);
    }
    wire::ExecuteContext context;
    context.capabilities = session.capabilities();
    context.parameters = statement->parameters;
    context.remembered_types = statement->types;
    context.long_data = statement->long_data;
    Result<wire::ExecuteRequest> request = wire::decode_execute(command.payload, context);
    if (!request) co_return co_await session.send_error(request.error());
    if (request->types_bound) statement->types = wire::bound_types(*request);
    const Result<void> planned = refresh_plan(session, *statement);
    if (!planned) co_return co_await session.send_error(planned.error());

    std::vector<SqlValue> values;
    std::deque<wire::TemporalText> texts;  // addresses stay
    const router::Opcode opcode = statement->plan->opcode;
    const bool to_one = opcode == router::Opcode::unsharded || opcode == router::Opcode::by_destination;
    if (!to_one || statement->plan->catalog != router::CatalogUse::none) {
        values.reserve(request->parameters);
        for (std::size_t i = 0; i < request->parameters && i < request->values.size(); ++i) {
            const Result<SqlValue> value = wire::to_sql_value(request->values[i], texts.emplace_back());
            if (!value) co_return co_await session.send_error(value.error());
            values.push_back(*value);
        }
    }
    // The client may close the statement while this runs only in its next command: the text is held all the
    // same.
    PreparedStatement running = *statement;
    if (const auto answered = with_session_values(session, *running.plan, running.text->sql)) {
        Result<router::PlannedStatement> again =
            session.site().plans().plan(*answered, plan_context(session, true));
        if (!again) co_return co_await session.send_error(again.error());
        running.text = session.site().prepared_texts().intern(*answered);
        running.plan = again->plan;
    }
    if (running.plan->catalog != router::CatalogUse::none) {
        const Result<std::optional<CatalogStatement>> written =
            co_await catalog_statement(session, *running.plan, running.text->sql, values);
        if (!written) co_return co_await answer_catalog_error(session, written.error());
        if (*written) {
            router::PlanContext as_written = plan_context(session, true);
            as_written.target = &(*written)->target;
            Result<router::PlannedStatement> again = session.site().plans().plan((*written)->sql, as_written);
            if (!again) co_return co_await session.send_error(again.error());
            running.text = session.site().prepared_texts().intern((*written)->sql);
            running.plan = again->plan;
        }
    }
    const StatementSource source{running.text->sql, values,   command.payload,
                                 command.frames,    &running, &*request};
    const Flow flow = co_await run_plan(session, running.plan, source);
    session.activity.statement = {};
    if (!running.long_data.empty()) {
        if (PreparedStatement* still = session.prepared().find(*id)) still->long_data.clear();
        end_reason_of(session, running, pool::Reason::long_data);
    }
    co_return flow;
}

net::Task<Flow> run_statement_reset(Session& session, Command& command) {
    const Result<std::uint32_t> id = wire::decode_statement_id(command.payload);
    if (!id) co_return co_await session.send_error(id.error());
    PreparedStatement* statement = session.prepared().find(*id);
    if (statement == nullptr)
        co_return co_await session.send_error(unknown_statement(*id, "mysqld_stmt_reset"));
    statement->long_data_error.reset();
    statement->long_data.clear();
    for (const pool::Reason reason : {pool::Reason::cursor, pool::Reason::long_data}) {
        const auto found = find_held(session, *statement, reason);
        if (!found) continue;
        pool::Connection& connection = *found->held->lease;
        const wire::Bytes frames = with_statement_id(command.payload, found->tablet_id);
        const Result<void> done =
            co_await exchange_quietly(session, connection, frames, wire::ResponseKind::ok_only);
        end_reason_of(session, *statement, reason);
        if (!done) co_return co_await session.send_error(done.error());
    }
    co_return co_await session.send_ok();
}

net::Task<Flow> run_statement_close(Session& session, Command& command) {
    const Result<std::uint32_t> id = wire::decode_statement_id(command.payload);
    if (!id) co_return Flow::next;
    PreparedStatement* statement = session.prepared().find(*id);
    if (statement == nullptr) co_return Flow::next;
    statement->long_data.clear();
    for (const pool::Reason reason : {pool::Reason::cursor, pool::Reason::long_data}) {
        const auto found = find_held(session, *statement, reason);
        if (!found) continue;
        if (reason == pool::Reason::cursor && !session.state().marks.cursors.contains(statement->text))
            continue;
        // Closed on the tablet too: that ends the cursor. Otherwise the statement stays prepared for others.
        pool::Connection& connection = *found->held->lease;
        const wire::Bytes frames = with_statement_id(command.payload, found->tablet_id);
        const net::IoStatus status = co_await connection.channel->write_all(frames, session.interrupt());
        if (status != net::IoStatus::done) connection.condition.stream_lost = true;
        connection.statements.forget(statement->text);
        end_reason_of(session, *statement, reason);
    }
    session.prepared().erase(*id);
    session.site().process().statements_left(1);
    co_return Flow::next;
}

net::Task<Flow> run_fetch(Session& session, Command& command) {
    const Result<wire::FetchRequest> fetch = wire::decode_fetch(command.payload);
    if (!fetch) co_return co_await session.send_error(fetch.error());
    PreparedStatement* statement = session.prepared().find(fetch->statement_id);
    if (statement == nullptr) {
        co_return co_await session.send_error(unknown_statement(fetch->statement_id, "mysqld_stmt_fetch"));
    }
    const auto found = find_held(session, *statement, pool::Reason::cursor);
    if (!found) {
        co_return co_await session.send_error(
            make_error(no_open_cursor,
                       "The statement (" + std::to_string(fetch->statement_id) + ") has no open cursor."));
    }
    const wire::Bytes frames = with_statement_id(command.payload, found->tablet_id);
    FetchCursor request(session, statement->text, frames);
    RelayOptions options;
    options.kind = wire::ResponseKind::fetch;
    const pool::PreparedTextRef text = statement->text;
    const Flow flow = co_await run_on_shard(session, plan_without_effects(), *found->held->pool, request,
                                            options, text->sql);
    co_return flow;
}

}  // namespace leasehold::proxy
