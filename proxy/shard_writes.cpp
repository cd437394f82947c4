#include "proxy/shard_writes.h"

#include "base/mysql_errors.h"
#include "proxy/lookup_upkeep.h"
#include "proxy/prelude.h"
#include "proxy/quiet_statement.h"
#include "proxy/supplies.h"
#include "proxy/transaction.h"

namespace leasehold::proxy {
namespace {

const router::Plan& plan_of_writes() {
    static const router::PlanRef plan = [] {
        const boost::intrusive_ptr<router::Plan> made(new router::Plan);
        made->kind = router::StatementKind::update;
        return router::PlanRef(made);
    }();
    return *plan;
}

}  // namespace

ShardWrites::ShardWrites(Session& session, OnError on_error) : session_(session), on_error_(on_error) {
    TransactionState& transaction = session.state().transaction;
    own_ = begins_own_transaction(session);
    if (own_) transaction.open = transaction.implicit = true;
}

ShardWrites::~ShardWrites() {
    if (own_ && session_.state().transaction.implicit) abort_transaction(session_);
}

net::Task<Result<void>> ShardWrites::run(std::string sql) {
    Result<router::PlannedStatement> planned =
        session_.site().plans().plan(sql, plan_context(session_, false));
    if (!planned) co_return planned.error();
    router::Supplies supplies;
    if (planned->plan->asks_first) {
        Result<router::Supplies> asked = co_await supplies_for(session_, *planned->plan, planned->literals);
        if (!asked && sum().affected_rows == 0) co_return asked.error();
        if (!asked) co_return co_await fail(asked.error());
        supplies = *asked;
    }
    const Result<router::Route> route =
        router::PlanCache::route(*planned->plan, sql, planned->literals, supplies);
    if (!route) co_return route.error();
    const std::uint64_t rows_before = sum().affected_rows;
    if (route->upkeep != nullptr) {
        const StatementSource source{sql, planned->literals, {}, {}, nullptr, nullptr};
        const Result<void> done = co_await run_with_entries(*planned->plan, *route, source);
        if (!done) co_return co_await fail(done.error());
    } else {
        const Result<void> done = co_await run_parts(*planned->plan, *route, sql);
        if (!done) co_return co_await fail(done.error());
    }
    if (route->first_id && !first_id_ && sum().affected_rows > rows_before) first_id_ = route->first_id;
    if (first_id_) sum_.set_insert_id(*first_id_);
    co_return Result<void>();
}

net::Task<Result<void>> ShardWrites::run_parts(const router::Plan& plan, const router::Route& route,
                                               const std::string& sql) {
    for (const router::ShardQuery& query : route.shards) {
        const Result<void> done = co_await run_on(plan, route.keyspace, query, sql);
        if (!done) co_return done;
    }
    co_return Result<void>();
}

// Only the rows count, not their entries.
net::Task<Result<void>> ShardWrites::run_with_entries(const router::Plan& plan, const router::Route& route,
                                                      const StatementSource& source) {
    ShardWrites entries(session_, OnError::leave);
    const Result<RowsChanged> changed = co_await change_with_lookups(session_, entries, plan, route, source);
    if (!changed) co_return changed.error();
    sum_.add(changed->ok());
    co_return Result<void>();
}

net::Task<Error> ShardWrites::fail(Error error) {
    if (on_error_ == OnError::leave) co_return error;
    if (session_.state().transaction.open || session_.held().in_transaction()) {
        co_await roll_back_others(session_);
        error.message +=
            own_ ? "; nothing was changed on any shard" : "; the transaction was rolled back on all shards";
    }
    co_return error;
}

net::Task<Result<std::uint16_t>> ShardWrites::run_on_shard(std::uint16_t keyspace, std::uint16_t shard,
                                                           const std::string& sql) {
    const std::uint16_t before = sum().warnings;
    const router::ShardQuery query{shard, sql, {}};
    const Result<void> done = co_await run_on(plan_of_writes(), keyspace, query, sql);
    if (!done) co_return co_await fail(done.error());
    co_return static_cast<std::uint16_t>(sum().warnings - before);
}

net::Task<Result<void>> ShardWrites::run_on(const router::Plan& plan, std::uint16_t keyspace,
                                            const router::ShardQuery& query, const std::string& sql) {
    const StatementSource source{sql, {}, {}, {}, nullptr, nullptr};
    const Result<RelayEnd> end = co_await run_quietly_on(session_, plan, keyspace, query, source);
    if (!end) co_return named_by_shard(session_, keyspace, query.shard, end.error());
    sum_.add(end->ok());
    co_return Result<void>();
}

net::Task<Result<void>> ShardWrites::commit() {
    if (!own_) co_return Result<void>();
    const std::optional<Error> failed = co_await commit_all(session_, false);
    if (failed) co_return *failed;
    co_return Result<void>();
}

}  // namespace leasehold::proxy
