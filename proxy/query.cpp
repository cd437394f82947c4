#include "proxy/query.h"

#include <cstring>

#include "base/mysql_errors.h"
#include "proxy/catalog.h"
#include "proxy/gather.h"
#include "proxy/insert_id.h"
#include "proxy/load_data.h"
#include "proxy/load_gathered.h"
#include "proxy/lookup_upkeep.h"
#include "proxy/memory_gate.h"
#include "proxy/multi_statement.h"
#include "proxy/named_answer.h"
#include "proxy/next_transaction.h"
#include "proxy/no_scatter.h"
#include "proxy/requests.h"
#include "proxy/scatter.h"
#include "proxy/select_limit.h"
#include "proxy/session_answers.h"
#include "proxy/session_statements.h"
#include "proxy/shard_failures.h"
#include "proxy/shard_statement.h"
#include "proxy/supplies.h"
#include "proxy/table_columns.h"
#include "proxy/table_locks.h"
#include "router/load_routing.h"
#include "wire/query_attributes.h"

namespace leasehold::proxy {
namespace {

bool writes(router::StatementKind kind) {
    switch (kind) {
        case router::StatementKind::insert:
        case router::StatementKind::replace:
        case router::StatementKind::update:
        case router::StatementKind::delete_:
        case router::StatementKind::load_data:
        case router::StatementKind::ddl:
            return true;
        default:
            return false;
    }
}

std::optional<Error> refused_on_replica(const Session& session, const router::Plan& plan) {
    const router::Target& target = session.state().target;
    if (target.type != TabletType::replica) return std::nullopt;
    if (!writes(plan.kind) && plan.opcode != router::Opcode::next) return std::nullopt;
    return make_error(
        mysql_error::option_prevents_statement,
        "The target '" + to_string(target) + "' is read-only: it cannot execute this statement");
}

void count(Session& session, const router::Plan& plan, router::Opcode done_by, net::TimePoint since) {
    KeyspaceCounters& counters = session.counters();
    const auto opcode = static_cast<std::size_t>(done_by);
    ++counters.statements[opcode][static_cast<std::size_t>(plan.kind)];
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(session.site().worker().now() - since);
    counters.seconds[opcode].observe_us(static_cast<std::uint64_t>(took.count()));
}

// Values decide whether a plan that mostly goes to one shard has to gather.
router::Opcode opcode_of(const router::Plan& plan, const Result<router::Route>& route) {
    return route && route->gather != nullptr ? router::Opcode::gather : plan.opcode;
}

net::Task<Flow> run_routed(Session& session, const router::Plan& plan, const Result<router::Route>& route,
                           const StatementSource& source) {
    if (!route) co_return co_await session.send_error(route.error());
    if (const std::optional<Error> refused = refused_on_replica(session, plan))
        co_return co_await session.send_error(*refused);
    if (std::optional<Error> refused = refused_scatter(session, plan, *route, source.sql))
        co_return co_await session.send_error(*std::move(refused));
    if (route->gather != nullptr) {
        const Result<void> room = co_await room_for(session, gather_buffer_bytes);
        if (!room) co_return co_await session.send_error(room.error());
        co_return co_await run_gather(session, plan, *route, source);
    }
    if (route->upkeep != nullptr) co_return co_await run_with_lookups(session, plan, *route, source);
    const bool own_keyspace = keyspace_for(session, plan, route->keyspace) == route->keyspace;
    if (own_keyspace && names_answer(session, plan, *route)) {
        const Result<void> room = co_await room_for(session, route->shards.size() * net::buffer_bytes);
        if (!room) co_return co_await session.send_error(room.error());
        co_return co_await run_named(session, plan, *route, source);
    }
    if (route->load != nullptr && !route->load->verb.empty())
        co_return co_await run_gathered_load(session, plan, *route, source);
    if (route->load != nullptr) co_return co_await run_load(session, plan, *route, source);
    if (route->shards.size() > 1 && concerns_table_locks(plan))
        co_return co_await run_table_locks(session, plan, *route, source);
    if (route->shards.size() > 1) {
        const Result<void> room = co_await room_for(session, route->shards.size() * net::buffer_bytes);
        if (!room) co_return co_await session.send_error(room.error());
        co_return co_await run_scatter(session, plan, *route, source);
    }
    const std::size_t keyspace = keyspace_for(session, plan, route->keyspace);
    const Result<pool::Pool*> pool = pool_for(session, keyspace, route->shards.front().shard);
    if (!pool) co_return co_await session.send_error(pool.error());
    StatementRequest request(session, source, route->shards.front());
    RelayOptions options;
    options.first_id = route->first_id;
    options.first_id_of_one_row = changes_insert_id_unseen(plan.effects);
    co_return co_await run_on_shard(session, plan, **pool, request, options, source.sql);
}

// A text of the client's or in its place, planned.
net::Task<Flow> run_planned(Session& session, router::PlanRef plan, const StatementSource& source) {
    if (plan->catalog == router::CatalogUse::none) co_return co_await run_plan(session, plan, source);
    const Result<std::optional<CatalogStatement>> written =
        co_await catalog_statement(session, *plan, source.sql, {});
    if (!written) co_return co_await answer_catalog_error(session, written.error());
    if (!*written) co_return co_await run_plan(session, plan, source);
    router::PlanContext context = plan_context(session, false);
    context.target = &(*written)->target;
    const Result<router::PlannedStatement> planned = session.site().plans().plan((*written)->sql, context);
    if (!planned) co_return co_await session.send_error(planned.error());
    const StatementSource tablets{(*written)->sql, planned->literals, {}, {}, nullptr, nullptr};
    co_return co_await run_plan(session, planned->plan, tablets);
}

// A route that needs something of tablets first.
net::Task<Flow> run_asking(Session& session, const router::Plan& plan, const StatementSource& source) {
    if (const std::optional<Error> refused = refused_on_replica(session, plan))
        co_return co_await session.send_error(*refused);
    if (plan.opcode == router::Opcode::next) {
        const Result<pool::Pool*> allowed = pool_for(session, *plan.keyspace, 0);
        if (!allowed) co_return co_await session.send_error(allowed.error());
    }
    std::optional<net::InterruptDeadline> timeout;
    timeout.emplace(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, *timeout, plan, source.sql);
    const Result<router::Supplies> supplies = co_await supplies_for(session, plan, source.values);
    timeout.reset();
    if (!supplies) {
        if (!session.interrupt().raised()) co_return co_await session.send_error(supplies.error());
        const std::optional<Error> why = interrupt_error(session);
        if (!why) co_return Flow::leave;
        co_return co_await session.send_error(*why);
    }
    const Result<router::Route> route = router::PlanCache::route(plan, source.sql, source.values, *supplies);
    if (!route) co_return co_await session.send_error(route.error());
    const SuppliedSource supplied(source, *route, *supplies);
    co_return co_await run_routed(session, plan, route, supplied.source());
}

}  // namespace

router::PlanContext plan_context(Session& session, bool prepared) {
    router::PlanContext context;
    context.target = &session.state().target;
    context.sql_mode = session.state().sql_mode;
    if (wire::has(session.capabilities(), wire::capability::ignore_space))
        context.sql_mode.ignore_space = true;
    context.prepared = prepared;
    return context;
}

std::size_t keyspace_for(Session& session, const router::Plan& plan, std::size_t keyspace) {
    if (!session.state().target.keyspace.empty() || plan.may_use_tables) return keyspace;
    const World& world = *session.site().world();
    const auto& keyspaces = world.topology->keyspaces;
    const UserAccount* account = world.find_user(session.state().login.user);
    if (account == nullptr || account->may_use(keyspaces[keyspace].name)) return keyspace;
    for (std::size_t i = 0; i < keyspaces.size(); ++i) {
        if (!keyspaces[i].shards.empty() && account->may_use(keyspaces[i].name)) return i;
    }
    return keyspace;
}

Result<pool::Pool*> pool_for(Session& session, std::size_t keyspace, std::size_t shard) {
    Site& site = session.site();
    const World& world = *site.world();
    const ClientState& state = session.state();
    const std::string& name = world.topology->keyspaces[keyspace].name;
    if (name != state.target.keyspace) {
        const UserAccount* account = world.find_user(state.login.user);
        if (account == nullptr || !account->may_use(name)) {
            return make_error(mysql_error::dbaccess_denied,
                              "Access denied for user '" + state.login.user + "' to database '" + name + "'");
        }
    }
    session.count_for(name);
    if (state.target.type == TabletType::replica) {
        for (const auto& replica : world.tablets[keyspace][shard].replicas) {
            pool::Pool* const pool = site.find_pool(*replica);
            if (pool != nullptr && session.held().find(*pool) != nullptr) return pool;
        }
    }
    const Result<std::shared_ptr<pool::Tablet>> tablet =
        site.choose_tablet(keyspace, shard, state.target.type);
    if (!tablet) return tablet.error();
    return &site.pool_of(*tablet);
}

net::Task<Flow> run_plan(Session& session, router::PlanRef plan, const StatementSource& source) {
    if (limits_select(session, *plan)) co_return co_await run_limited(session, plan, source);
    if (plan->wants_columns || (plan->uses_learned_columns && session.site().columns_expired()))
        co_return co_await run_with_learned_columns(session, source);
    forget_columns_after(session, *plan);
    const net::TimePoint since = session.activity.since;
    Flow flow = Flow::next;
    router::Opcode done_by = plan->opcode;
    if (session.state().doubtful_insert_id && !plan->effects.set.has(router::Effect::reads_previous)) {
        co_await resolve_insert_id(session);
    }
    forget_failures(session, *plan);
    if (asks_for_failures(session, *plan)) {
        flow = co_await show_failures(session, source.sql);
    } else if (sets_next_transaction(*plan)) {
        flow = co_await run_set_next_transaction(session, *plan);
    } else if (plan->opcode == router::Opcode::session) {
        flow = co_await run_session_statement(session, *plan, source);
    } else if (plan->asks_first) {
        flow = co_await run_asking(session, *plan, source);
    } else {
        const Result<router::Route> route = router::PlanCache::route(*plan, source.sql, source.values);
        done_by = opcode_of(*plan, route);
        flow = co_await run_routed(session, *plan, route, source);
    }
    forget_columns_after(session, *plan);
    count(session, *plan, done_by, since);
    co_return flow;
}

net::Task<Flow> run_query(Session& session, Command& command) {
    const Result<wire::QueryRequest> request = wire::decode_query(command.payload, session.capabilities());
    if (!request) co_return co_await session.send_error(request.error());
    const std::string_view sql = request->text;
    session.activity.statement = sql;
    session.counters().bytes_in += command.payload.size();
    if (wire::has(session.capabilities(), wire::capability::multi_statements) &&
        std::memchr(sql.data(), ';', sql.size()) != nullptr) {
        std::vector<std::string_view> statements = router::split_statements(sql, session.state().sql_mode);
        if (statements.size() > 1)
            co_return co_await run_multi_statement(session, command, std::move(statements));
    }
    Result<router::PlannedStatement> planned = session.site().plans().plan(sql, plan_context(session, false));
    if (!planned) co_return co_await session.send_error(planned.error());
    const std::optional<std::string> answered = with_session_values(session, *planned->plan, sql);
    if (answered) co_return co_await run_text(session, *answered);
    const StatementSource source{sql, planned->literals, command.payload, command.frames, nullptr, nullptr};
    const Flow flow = co_await run_planned(session, planned->plan, source);
    session.activity.statement = {};
    co_return flow;
}

net::Task<Flow> run_text(Session& session, std::string_view sql) {
    session.activity.statement = sql;
    Result<router::PlannedStatement> planned = session.site().plans().plan(sql, plan_context(session, false));
    if (!planned) co_return co_await session.send_error(planned.error());
    const std::optional<std::string> answered = with_session_values(session, *planned->plan, sql);
    if (answered) {
        sql = *answered;
        planned = session.site().plans().plan(sql, plan_context(session, false));
        if (!planned) co_return co_await session.send_error(planned.error());
    }
    const StatementSource source{sql, planned->literals, {}, {}, nullptr, nullptr};
    const Flow flow = co_await run_planned(session, planned->plan, source);
    session.activity.statement = {};
    co_return flow;
}

}  // namespace leasehold::proxy
