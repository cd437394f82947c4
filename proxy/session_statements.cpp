#include "proxy/session_statements.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "proxy/admin_data_port.h"
#include "proxy/chosen_database.h"
#include "proxy/filtered_table.h"
#include "proxy/kill_statement.h"
#include "proxy/requests.h"
#include "proxy/shard_statement.h"
#include "proxy/text_prepared.h"
#include "proxy/transaction.h"
#include "proxy/waited_answer.h"
#include "router/explain.h"

namespace leasehold::proxy {
namespace {

using View = std::shared_ptr<const AdminView>;

net::Task<std::optional<View>> collect(Session& session) {
    WaitedAnswer<View> answer(session.site().worker(), session.interrupt());
    session.site().process().collect(session.site(), answer.callback());
    co_return co_await answer;
}

net::Task<Flow> send_table(Session& session, const Table& table, std::string_view where = {}) {
    if (!where.empty()) {
        const std::string filtered = filtered_statement(table, where);
        co_return co_await run_text(session, filtered);
    }
    const wire::Bytes bytes = encode(table, session.capabilities(), 1, session.status());
    co_return co_await session.send(bytes);
}

net::Task<Flow> show(Session& session, router::ShowProxy show) {
    using What = router::ShowProxy::What;
    if (show.what == What::processlist || show.what == What::full_processlist) {
        co_return co_await run_processlist(session, show.what == What::full_processlist);
    }
    const World& world = *session.site().world();
    if (show.what == What::vschema_tables) {
        const auto keyspace = world.topology->find_keyspace(session.state().target.keyspace);
        if (!keyspace)
            co_return co_await session.send_error(make_error(mysql_error::no_db, "No database selected"));
        const Table tables = show_vschema_tables(world.topology->keyspaces[*keyspace], show.like);
        co_return co_await send_table(session, tables, show.where);
    }
    const std::optional<View> view = co_await collect(session);
    if (!view) co_return Flow::leave;
    const metrics::Snapshot& snapshot = (*view)->snapshot;
    std::vector<std::string> visible;
    if (const UserAccount* account = session.site().world()->find_user(session.state().login.user)) {
        visible = account->keyspaces;
    }
    Table table;
    switch (show.what) {
        case What::databases:
            table = show_databases(snapshot, visible, show.like);
            break;
        case What::keyspaces:
            table = show_keyspaces(snapshot, visible, show.like);
            break;
        case What::vitess_shards:
            table = show_vitess_shards(snapshot, visible, show.like);
            break;
        default:
            table = show_vitess_tablets(snapshot, visible, show.like);
            break;
    }
    co_return co_await send_table(session, table, show.where);
}

net::Task<Flow> explain_route(Session& session, const router::ExplainRoute& what) {
    router::PlanCache& plans = session.site().plans();
    Result<router::PlannedStatement> planned = plans.plan(what.sql, plan_context(session, false));
    if (!planned) co_return co_await session.send_error(planned.error());
    const Result<std::string> explained =
        router::explain_execution(*planned->plan, plans.topology(), what.sql, planned->literals);
    if (!explained) co_return co_await session.send_error(explained.error());
    const std::string& text = *explained;
    Table table;
    table.columns = {wire::text_column("route")};
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end > at) table.rows.push_back({text.substr(at, end - at)});
        at = end + 1;
    }
    co_return co_await send_table(session, table);
}

// SET on a sharded keyspace: one shard says whether it is right, the others are told when they are used.
net::Task<Flow> set_variables(Session& session, const router::Plan& plan, const StatementSource& source) {
    const World& world = *session.site().world();
    std::size_t keyspace = plan.keyspace.value_or(0);
    if (!plan.keyspace) keyspace = world.topology->find_keyspace(session.state().target.keyspace).value_or(0);
    const Result<pool::Pool*> pool = pool_for(session, keyspace_for(session, plan, keyspace), 0);
    if (!pool) co_return co_await session.send_error(pool.error());
    const router::ShardQuery whole;
    StatementRequest request(session, source, whole);
    co_return co_await run_on_shard(session, plan, **pool, request, {}, source.sql);
}

}  // namespace

net::Task<Flow> run_session_statement(Session& session, const router::Plan& plan,
                                      const StatementSource& source) {
    const router::SessionStatement& what = plan.session;
    if (std::holds_alternative<router::Nothing>(what)) co_return co_await session.send_ok();
    if (const auto* begin = std::get_if<router::Begin>(&what)) {
        co_return co_await run_begin(session, plan, *begin, source);
    }
    if (const auto* commit = std::get_if<router::Commit>(&what))
        co_return co_await run_commit(session, *commit);
    if (const auto* back = std::get_if<router::Rollback>(&what))
        co_return co_await run_rollback(session, *back);
    if (const auto* savepoint = std::get_if<router::Savepoint>(&what)) {
        co_return co_await run_savepoint(session, *savepoint);
    }
    if (const auto* use = std::get_if<router::Use>(&what)) co_return co_await run_use(session, use->target);
    if (const auto* kill = std::get_if<router::Kill>(&what)) {
        co_return co_await run_kill(session, *kill, source);
    }
    if (const auto* table = std::get_if<router::ShowProxy>(&what)) co_return co_await show(session, *table);
    if (const auto* route = std::get_if<router::ExplainRoute>(&what)) {
        co_return co_await explain_route(session, *route);
    }
    if (const auto* prepare = std::get_if<router::PrepareText>(&what)) {
        co_return co_await run_prepare_text(session, *prepare);
    }
    if (const auto* execute = std::get_if<router::ExecuteText>(&what)) {
        co_return co_await run_execute_text(session, *execute);
    }
    if (const auto* end = std::get_if<router::DeallocateText>(&what)) {
        co_return co_await run_deallocate_text(session, *end);
    }
    co_return co_await set_variables(session, plan, source);
}

net::Task<Flow> run_processlist(Session& session, bool full) {
    const std::optional<View> view = co_await collect(session);
    if (!view) co_return Flow::leave;
    const std::string user = session.state().login.user;
    co_return co_await send_table(session, processlist((*view)->clients, full, user));
}

}  // namespace leasehold::proxy
