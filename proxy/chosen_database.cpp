#include "proxy/chosen_database.h"

#include <string>

#include "base/mysql_errors.h"
#include "proxy/prelude.h"
#include "proxy/query.h"
#include "proxy/shard_statement.h"
#include "proxy/shown_state.h"
#include "wire/commands.h"
#include "wire/frame.h"

namespace leasehold::proxy {
namespace {

wire::Bytes init_db(std::string_view schema) {
    wire::Bytes frames;
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(frames);
    wire::append_init_db(frames, schema);
    wire::end_packet(frames, start, sequence);
    return frames;
}

// The tablet's own yes or no.
net::Task<Result<void>> ask_tablet(Session& session, const router::Target& target) {
    const router::Topology& topology = *session.site().world()->topology;
    const auto keyspace = topology.find_keyspace(target.keyspace);
    const auto shard = topology.keyspaces[*keyspace].find_shard(*target.shard);
    const Result<pool::Pool*> pool = pool_for(session, *keyspace, *shard);
    if (!pool) co_return pool.error();
    Result<StatementLease> leased = co_await lease_for(session, **pool, false);
    if (!leased) co_return leased.error();
    StatementLease lease = std::move(*leased);
    pool::Connection& connection = lease.connection();
    const wire::Bytes request = init_db(target.schema);
    const Result<void> done =
        co_await exchange_quietly(session, connection, request, wire::ResponseKind::ok_only);
    if (connection.condition.stream_lost || connection.condition.answer_pending) {
        const RelayEnd end;
        co_return abandon(session, std::move(lease), end);
    }
    if (!done) co_return done.error();
    // What was prepared looks for its tables where it was prepared.
    for (const std::uint32_t id : connection.statements.take_all()) connection.stale_statements.push_back(id);
    connection.schema = target.schema;
    co_return Result<void>();
}

}  // namespace

net::Task<Result<void>> choose_database(Session& session, std::string_view name) {
    Result<router::Target> target = session.target_named(name);
    if (!target) co_return target.error();
    if (router::in_other_database(*target)) {
        const Result<void> there = co_await ask_tablet(session, *target);
        if (!there) co_return there.error();
    }
    session.set_target(std::move(*target));
    co_return Result<void>();
}

wire::Bytes database_chosen(const Session& session) {
    const ClientState& state = session.state();
    const router::Target& target = state.target;
    return state_of_use(state.settings.get(), target.schema.empty() ? target.keyspace : target.schema);
}

net::Task<Flow> run_use(Session& session, std::string_view name) {
    const Result<void> chosen = co_await choose_database(session, name);
    if (!chosen) co_return co_await session.send_error(chosen.error());
    const wire::Bytes changed = database_chosen(session);
    wire::OkPacket ok;
    ok.session_state = changed;
    co_return co_await session.send_ok(ok);
}

}  // namespace leasehold::proxy
