#include "proxy/quiet_statement.h"

#include "proxy/kept_rows.h"
#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "proxy/shard_statement.h"

namespace leasehold::proxy {
namespace {

struct Exchange {
    std::optional<Error> failed;  // it did not get as far as an answer
    RelayEnd end;
};

net::Task<Exchange> exchange(Session& session, const router::Plan& plan, StatementLease& lease,
                             StatementRequest& request, KeptRows* kept) {
    Exchange result;
    pool::Connection& connection = lease.connection();
    Result<Prelude> prelude = co_await prelude_for(session, *lease.pool, connection, plan.effects);
    if (!prelude) {
        result.failed = prelude.error();
        co_return result;
    }
    if (prelude->answers > 0 && request.needs_exchange(connection)) {
        const Result<void> confirmed = co_await confirm(session, *lease.pool, connection, *prelude);
        if (!confirmed) {
            result.failed = confirmed.error();
            co_return result;
        }
    }
    const Result<wire::BytesView> bytes = co_await request.make(connection);
    if (!bytes) {
        result.failed = bytes.error();
        co_return result;
    }
    const SendResult sent =
        co_await send_request(session, *lease.pool, connection, std::move(*prelude), *bytes);
    result.failed = sent.error;
    if (result.failed) co_return result;
    RelayOptions options;
    options.quiet = true;
    options.kept = kept;
    options.preceding = sent.preceding;
    result.end = co_await relay(session, connection, options);
    co_return result;
}

}  // namespace

net::Task<Result<RelayEnd>> run_quietly_on(Session& session, const router::Plan& plan, std::uint16_t keyspace,
                                           const router::ShardQuery& query, const StatementSource& source,
                                           KeptRows* kept) {
    const Result<pool::Pool*> pool = pool_for(session, keyspace, query.shard);
    if (!pool) co_return pool.error();
    Result<StatementLease> leased = co_await lease_for(session, **pool, true);
    if (!leased) co_return leased.error();
    StatementLease lease = std::move(*leased);
    pool::Connection& connection = lease.connection();
    session.state().running.push_back(&connection);
    StatementRequest request(session, source, query);
    Exchange exchanged = co_await exchange(session, plan, lease, request, kept);
    const std::optional<Error> failed = std::move(exchanged.failed);
    RelayEnd end = std::move(exchanged.end);
    std::erase(session.state().running, &connection);
    if (failed || end.outcome != RelayOutcome::done) {
        const bool usable =
            failed && !connection.condition.stream_lost && !connection.condition.answer_pending;
        if (usable) {
            // The tablet would not prepare it; what the lease is held for stays.
            if (lease.held == nullptr && connection.condition.in_transaction)
                keep(session, std::move(lease), {pool::Reason::transaction}, source.sql);
            co_return *failed;
        }
        const std::optional<Error> why = failed ? failed : end.error;
        const Error lost = abandon(session, std::move(lease), end);
        co_return why ? *why : lost;
    }
    const wire::Capabilities capabilities = connection.capabilities;
    settle(session, std::move(lease), plan, end, source.sql);
    if (end.error) {
        if (kept != nullptr) kept->drop_answer();
        co_return *end.error;
    }
    if (kept != nullptr) {
        const Result<void> ended = kept->end_answer(capabilities);
        if (!ended) co_return ended.error();
    }
    co_return std::move(end);
}

Error named_by_shard(Session& session, std::uint16_t keyspace, std::uint16_t shard, const Error& error) {
    const router::Keyspace& of = session.site().world()->topology->keyspaces[keyspace];
    return Error(error.code, of.name + "/" + of.shards[shard].name + ": " + error.message, error.sqlstate);
}

}  // namespace leasehold::proxy
