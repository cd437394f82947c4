#include "proxy/multi_statement.h"

#include "proxy/requests.h"
#include "proxy/session_answers.h"
#include "proxy/shard_statement.h"

namespace leasehold::proxy {
namespace {

// One plan with the effects of all; and the pool that all of them go to.
struct Joined {
    router::PlanRef plan;
    pool::Pool* pool = nullptr;
};

// What asks about the statement before is answered by the time the last one has run.
void join_effects(router::Effects& all, const router::Effects& one, bool last) {
    for (unsigned i = 0; i < 32; ++i) {
        const auto effect = static_cast<router::Effect>(i);
        if (effect == router::Effect::reads_previous && !last) continue;
        if ((one.set.bits() >> i & 1U) != 0) all.set.add(effect);
    }
    all.assignments.insert(all.assignments.end(), one.assignments.begin(), one.assignments.end());
    all.advisory_locks.insert(all.advisory_locks.end(), one.advisory_locks.begin(), one.advisory_locks.end());
    all.advisory_lock_parameters.insert(all.advisory_lock_parameters.end(),
                                        one.advisory_lock_parameters.begin(),
                                        one.advisory_lock_parameters.end());
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

// Whether all of them can go to one tablet in one packet, as they stand. Nothing: one by one.
std::optional<Joined> join(Session& session, const std::vector<std::string_view>& statements) {
    auto* plan = new router::Plan;
    Joined joined{router::PlanRef(plan), nullptr};
    plan->kind = router::StatementKind::other;
    plan->opcode = router::Opcode::unsharded;
    for (const std::string_view sql : statements) {
        Result<router::PlannedStatement> planned =
            session.site().plans().plan(sql, plan_context(session, false));
        if (!planned) return std::nullopt;
        const router::Plan& one = *planned->plan;
        // The counts of the statement before are its connection's, which went there too; but the proxy's ids
        // and names are not the tablet's, nor are the counts before the first.
        const bool first = sql.data() == statements.front().data();
        const bool own =
            one.effects.set.has(router::Effect::reads_connection_id) ||
            with_session_values(session, one, sql, first ? Counts::of_session : Counts::of_connection);
        if (own || !may_be_relayed(one)) return std::nullopt;
        join_effects(plan->effects, one.effects, sql.data() == statements.back().data());
        if (!one.routing) continue;
        const Result<router::Route> route = router::PlanCache::route(one, sql, planned->literals);
        if (!route || route->shards.size() != 1 || route->shards.front().sql) return std::nullopt;
        const Result<pool::Pool*> pool = pool_for(session, route->keyspace, route->shards.front().shard);
        if (!pool || (joined.pool != nullptr && joined.pool != *pool)) return std::nullopt;
        joined.pool = *pool;
    }
    if (joined.pool == nullptr) return std::nullopt;
    // A connection that the session holds may be of the time before it asked for several statements.
    if (const HeldLease* held = session.held().find(*joined.pool)) {
        if (!wire::has(held->lease->capabilities, wire::capability::multi_statements)) return std::nullopt;
    }
    return joined;
}

}  // namespace

net::Task<Flow> run_one_by_one(Session& session, const std::vector<std::string_view>& statements) {
    if (!session.series) session.series = std::make_unique<Session::AnswerSeries>();
    Flow flow = Flow::next;
    for (std::size_t i = 0; i < statements.size() && flow == Flow::next; ++i) {
        session.series->more = i + 1 < statements.size();
        session.state().failed = false;
        flow = co_await run_text(session, statements[i]);
        if (session.state().failed) break;
    }
    session.series.reset();
    co_return flow;
}

net::Task<Flow> run_multi_statement(Session& session, const Command& command,
                                    std::vector<std::string_view> statements) {
    const std::optional<Joined> joined = join(session, statements);
    if (!joined) co_return co_await run_one_by_one(session, statements);
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
