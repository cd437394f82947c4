#include "proxy/multi_statement.h"

#include "base/mysql_errors.h"
#include "proxy/requests.h"
#include "proxy/shard_statement.h"

namespace leasehold::proxy {
namespace {

// One plan with the effects of all; and the pool that all of them go to. Errors: 1105 for what cannot be sent
// as one.
struct Joined {
    router::PlanRef plan;
    pool::Pool* pool = nullptr;
};

Error not_one_shard(const std::string& why) {
    return make_error(mysql_error::unknown_error,
                      "unsupported: several statements in one command, " + why + "; send them one by one");
}

void join_effects(router::Effects& all, const router::Effects& one) {
    for (unsigned i = 0; i < 32; ++i) {
        const auto effect = static_cast<router::Effect>(i);
        if ((one.set.bits() >> i & 1U) != 0) all.set.add(effect);
    }
    all.assignments.insert(all.assignments.end(), one.assignments.begin(), one.assignments.end());
    all.advisory_locks.insert(all.advisory_locks.end(), one.advisory_locks.begin(), one.advisory_locks.end());
    all.advisory_lock_unnamed = all.advisory_lock_unnamed || one.advisory_lock_unnamed;
    all.tables.insert(all.tables.end(), one.tables.begin(), one.tables.end());
}

// BEGIN and its like may stand among statements for one shard: the tablet carries them out, its flags tell
// the outcome.
bool may_be_relayed(const router::Plan& plan) {
    return plan.opcode != router::Opcode::session || std::holds_alternative<router::Begin>(plan.session) ||
           std::holds_alternative<router::Commit>(plan.session) ||
           std::holds_alternative<router::Rollback>(plan.session) ||
           std::holds_alternative<router::Savepoint>(plan.session);
}

Result<Joined> join(Session& session, const std::vector<std::string_view>& statements) {
    auto* plan = new router::Plan;
    Joined joined{router::PlanRef(plan), nullptr};
    plan->kind = router::StatementKind::other;
    plan->opcode = router::Opcode::unsharded;
    for (const std::string_view sql : statements) {
        Result<router::PlannedStatement> planned =
            session.site().plans().plan(sql, plan_context(session, false));
        if (!planned) return planned.error();
        const router::Plan& one = *planned->plan;
        if (!may_be_relayed(one)) return not_one_shard("one of which only the proxy can answer");
        join_effects(plan->effects, one.effects);
        if (!one.routing) continue;
        const Result<router::Route> route = router::PlanCache::route(one, sql, planned->literals);
        if (!route) return route.error();
        if (route->shards.size() != 1) return not_one_shard("one of which goes to several shards");
        if (route->shards.front().sql) return not_one_shard("one of which has to be rewritten");
        const Result<pool::Pool*> pool = pool_for(session, route->keyspace, route->shards.front().shard);
        if (!pool) return pool.error();
        if (joined.pool != nullptr && joined.pool != *pool)
            return not_one_shard("which go to different shards");
        joined.pool = *pool;
    }
    if (joined.pool == nullptr) {
        const auto& topology = *session.site().world()->topology;
        const auto keyspace = topology.find_keyspace(session.state().target.keyspace);
        if (!keyspace || topology.keyspaces[*keyspace].vschema.sharded)
            return not_one_shard("none of which names a shard");
        const Result<pool::Pool*> pool = pool_for(session, *keyspace, 0);
        if (!pool) return pool.error();
        joined.pool = *pool;
    }
    return joined;
}

}  // namespace

net::Task<Flow> run_multi_statement(Session& session, const Command& command,
                                    std::vector<std::string_view> statements) {
    const Result<Joined> joined = join(session, statements);
    if (!joined) co_return co_await session.send_error(joined.error());
    const StatementSource source{
        session.activity.statement, {}, command.payload, command.frames, nullptr, nullptr};
    const router::ShardQuery whole;
    StatementRequest request(session, source, whole);
    const Flow flow = co_await run_on_shard(session, *joined->plan, *joined->pool, request, {}, source.sql);
    // Whatever began and ended among them, the tablet's flags say where it stands now.
    session.state().transaction.open = session.held().in_transaction();
    session.activity.statement = {};
    co_return flow;
}

}  // namespace leasehold::proxy
