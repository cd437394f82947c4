#include "proxy/simple_commands.h"

#include <string>

#include "base/mysql_errors.h"
#include "proxy/chosen_database.h"
#include "proxy/client_login.h"
#include "proxy/kill_statement.h"
#include "proxy/query.h"
#include "proxy/session_reset.h"
#include "proxy/session_statements.h"
#include "proxy/shard_statement.h"
#include "wire/commands.h"
#include "wire/frame.h"

namespace leasehold::proxy {
namespace {

net::Task<Flow> init_db(Session& session, const Command& command) {
    const Result<std::string_view> name = wire::decode_init_db(command.payload);
    if (!name) co_return co_await session.send_error(name.error());
    co_return co_await run_use(session, *name);
}

// The command as it stands, on the shard that the session has chosen or the first of its keyspace.
net::Task<Flow> pass_on(Session& session, const Command& command, wire::ResponseKind kind) {
    const World& world = *session.site().world();
    const router::Target& target = session.state().target;
    const auto keyspace = world.topology->find_keyspace(target.keyspace);
    if (!keyspace)
        co_return co_await session.send_error(make_error(mysql_error::no_db, "No database selected"));
    std::size_t shard = 0;
    if (target.shard) shard = world.topology->keyspaces[*keyspace].find_shard(*target.shard).value_or(0);
    const Result<pool::Pool*> pool = pool_for(session, *keyspace, shard);
    if (!pool) co_return co_await session.send_error(pool.error());
    static const router::PlanRef plan = new router::Plan;  // no effects
    wire::Bytes frames;
    std::uint8_t sequence = 0;
    wire::append_packet(frames, command.payload, sequence);
    FixedRequest request(frames);
    RelayOptions options;
    options.kind = kind;
    co_return co_await run_on_shard(session, *plan, **pool, request, options, "");
}

net::Task<Flow> field_list(Session& session, const Command& command) {
    co_return co_await pass_on(session, command, wire::ResponseKind::field_list);
}

// COM_REFRESH, what FLUSH was: of one server.
net::Task<Flow> refresh(Session& session, const Command& command) {
    const router::Topology& topology = *session.site().world()->topology;
    const router::Target& target = session.state().target;
    const auto keyspace = topology.find_keyspace(target.keyspace);
    if (keyspace && !target.shard && topology.keyspaces[*keyspace].shards.size() > 1) {
        co_return co_await session.send_error(make_error(
            mysql_error::unknown_error, "unsupported: COM_REFRESH over several shards; use FLUSH"));
    }
    co_return co_await pass_on(session, command, wire::ResponseKind::ok_only);
}

net::Task<Flow> statistics(Session& session) {
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(session.site().worker().now() -
                                                                         session.site().started_at());
    std::uint64_t questions = 0;
    for (const auto& [name, counters] : session.site().all_counters()) {
        for (const auto& by_kind : counters.statements) {
            for (const std::uint64_t count : by_kind) questions += count;
        }
    }
    const std::string text = "Uptime: " + std::to_string(uptime.count()) +
                             "  Threads: " + std::to_string(session.site().session_count()) +
                             "  Questions: " + std::to_string(questions);
    wire::Bytes frames;
    std::uint8_t sequence = 1;
    wire::append_packet(frames, wire::to_bytes(text), sequence);
    co_return co_await session.send(frames);
}

net::Task<Flow> send_eof(Session& session) {
    wire::Bytes frames;
    std::uint8_t sequence = 1;
    const std::size_t start = wire::begin_packet(frames);
    wire::append_end_of_rows(frames, {0, session.status()}, session.capabilities());
    wire::end_packet(frames, start, sequence);
    co_return co_await session.send(frames);
}

net::Task<Flow> set_option(Session& session, const Command& command) {
    const Result<wire::SetOption> option = wire::decode_set_option(command.payload);
    if (!option) co_return co_await session.send_error(option.error());
    // The capability is part of what a tablet connection must have in common with the client: from the next
    // statement on the session is served by connections of the other kind.
    wire::Capabilities& capabilities = session.state().login.capabilities;
    if (*option == wire::SetOption::multi_statements_on) {
        capabilities |= wire::capability::multi_statements;
    } else {
        capabilities &= ~wire::capability::multi_statements;
    }
    // What is kept only for a question about the last statement is of the other kind.
    session.held().end_reason(pool::Reason::previous_statement);
    co_return co_await send_eof(session);
}

net::Task<Flow> process_kill(Session& session, const Command& command) {
    const Result<std::uint32_t> id = wire::decode_process_kill(command.payload);
    if (!id) co_return co_await session.send_error(id.error());
    co_return co_await run_kill(session, false, *id);
}

// A MySQL server takes its own character set after a reset, a MariaDB server what the login asked for.
void forget_login_collation(Session& session) {
    Site& site = session.site();
    if (site.world()->identity.mariadb) return;
    session.state().settings = site.settings().intern({{std::string(pool::Settings::names), "DEFAULT"}});
}

net::Task<Flow> change_user(Session& session, const Command& command) {
    ClientLogin login(session);
    co_return co_await login.change_user(command);
}

}  // namespace

net::Task<Flow> run_simple_command(Session& session, wire::Command what, Command& command) {
    switch (what) {
        case wire::Command::quit:
            co_return Flow::leave;
        case wire::Command::ping:
            co_return co_await session.send_ok();
        case wire::Command::init_db:
            co_return co_await init_db(session, command);
        case wire::Command::field_list:
            co_return co_await field_list(session, command);
        case wire::Command::refresh:
            co_return co_await refresh(session, command);
        case wire::Command::statistics:
            co_return co_await statistics(session);
        case wire::Command::process_info:
            co_return co_await run_processlist(session, true);
        case wire::Command::process_kill:
            co_return co_await process_kill(session, command);
        case wire::Command::set_option:
            co_return co_await set_option(session, command);
        case wire::Command::debug:
            co_return co_await send_eof(session);
        case wire::Command::reset_connection:
            co_await end_reservations(session);
            session.reset_state();
            forget_login_collation(session);
            co_return co_await session.send_ok();
        case wire::Command::change_user:
            co_return co_await change_user(session, command);
        default:
            co_return co_await session.send_error(
                make_error(mysql_error::unknown_command, "Unknown command"));
    }
}

}  // namespace leasehold::proxy
