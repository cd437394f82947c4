#include "proxy/table_locks.h"

#include <algorithm>

#include "proxy/quiet_statement.h"
#include "proxy/shard_statement.h"
#include "proxy/transaction.h"

namespace leasehold::proxy {
namespace {

const router::Plan& plan_of_unlock() {
    static const router::PlanRef plan = [] {
        const boost::intrusive_ptr<router::Plan> made(new router::Plan);
        made->kind = router::StatementKind::unlock_tables;
        made->effects.set.add(router::Effect::unlocks_tables);
        return router::PlanRef(made);
    }();
    return *plan;
}

bool has_locks(const HeldLease& held) {
    return held.lease.reasons().has(pool::Reason::lock_tables) ||
           held.lease.reasons().has(pool::Reason::global_read_lock);
}

// On every tablet where the session has locks. One that cannot be told gives its lease back, which frees them
// too.
net::Task<void> unlock(Session& session) {
    std::vector<pool::Pool*> locked;
    for (const HeldLease& held : session.held().all()) {
        if (has_locks(held)) locked.push_back(held.pool);
    }
    const router::Topology& topology = *session.site().world()->topology;
    const StatementSource source{"UNLOCK TABLES", {}, {}, {}, nullptr, nullptr};
    for (pool::Pool* pool : locked) {
        const std::optional<std::uint16_t> keyspace = topology.find_keyspace(pool->tablet().spec().keyspace);
        const std::optional<std::uint16_t> shard =
            keyspace ? topology.keyspaces[*keyspace].find_shard(pool->tablet().spec().shard) : std::nullopt;
        if (!shard || session.interrupt().raised()) {
            session.held().give_back(*pool);
            continue;
        }
        router::ShardQuery query;
        query.shard = *shard;
        (void)co_await run_quietly_on(session, plan_of_unlock(), *keyspace, query, source);
    }
}

}  // namespace

bool concerns_table_locks(const router::Plan& plan) {
    const router::EffectSet& set = plan.effects.set;
    return set.has(router::Effect::locks_tables) || set.has(router::Effect::global_read_lock) ||
           set.has(router::Effect::unlocks_tables);
}

net::Task<Flow> run_table_locks(Session& session, const router::Plan& plan, const router::Route& route,
                                const StatementSource& source) {
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, plan, source.sql);
    if (plan.effects.set.has(router::Effect::implicit_commit) && session.state().transaction.open) {
        const std::optional<Error> failed = co_await commit_all(session, false);
        if (failed) co_return co_await session.send_error(*failed);
    }
    const StatementSource text{source.sql, {}, {}, {}, nullptr, nullptr};
    for (const router::ShardQuery& query : route.shards) {
        const Result<pool::Pool*> pool = pool_for(session, route.keyspace, query.shard);
        if (!pool) co_return co_await session.send_error(pool.error());
        const bool unlocks = plan.effects.set.has(router::Effect::unlocks_tables);
        if (unlocks && session.held().find(**pool) == nullptr) continue;
        const Result<RelayEnd> end = co_await run_quietly_on(session, plan, route.keyspace, query, text);
        if (end) continue;
        co_await unlock(session);
        if (!session.interrupt().raised())
            co_return co_await session.send_error(
                named_by_shard(session, route.keyspace, query.shard, end.error()));
        const std::optional<Error> why = interrupt_error(session);
        if (!why) co_return Flow::leave;
        co_return co_await session.send_error(*why);
    }
    session.state().failed = false;
    co_return co_await session.send_ok();
}

net::Task<void> unlock_shards(Session& session) {
    const auto locked = std::ranges::count_if(session.held().all(), [](const HeldLease& held) {
        return held.lease.reasons().has(pool::Reason::lock_tables);
    });
    if (locked > 1) co_await unlock(session);
}

net::Task<void> unlock_tables(Session& session) {
    if (session.held().has(pool::Reason::lock_tables)) co_await unlock(session);
}

}  // namespace leasehold::proxy
