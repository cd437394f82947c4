#include "proxy/quiet_statement.h"

#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "proxy/shard_statement.h"

namespace leasehold::proxy {

net::Task<Result<RelayEnd>> run_quietly(Session& session, const router::Plan& plan, std::uint16_t keyspace,
                                        const router::ShardQuery& query, const std::string& sql) {
    const router::Keyspace& of = session.site().world()->topology->keyspaces[keyspace];
    const auto named = [&](const Error& error) {
        return Error(error.code, of.name + "/" + of.shards[query.shard].name + ": " + error.message,
                     error.sqlstate);
    };
    const Result<pool::Pool*> pool = pool_for(session, keyspace, query.shard);
    if (!pool) co_return named(pool.error());
    Result<StatementLease> leased = co_await lease_for(session, **pool, true);
    if (!leased) co_return named(leased.error());
    StatementLease lease = std::move(*leased);
    pool::Connection& connection = lease.connection();
    session.state().running.push_back(&connection);
    const StatementSource source{sql, {}, {}, {}, nullptr, nullptr};
    StatementRequest request(session, source, query);
    RelayEnd end;
    std::optional<Error> failed;
    Result<Prelude> prelude = co_await prelude_for(session, *lease.pool, connection, plan.effects);
    if (!prelude) {
        failed = prelude.error();
    } else {
        const Result<wire::BytesView> bytes = co_await request.make(connection);
        SendResult sent;
        if (!bytes) {
            failed = bytes.error();
        } else {
            sent = co_await send_request(session, *lease.pool, connection, std::move(*prelude), *bytes);
            failed = sent.error;
        }
        if (!failed) {
            RelayOptions options;
            options.quiet = true;
            options.preceding = sent.preceding;
            end = co_await relay(session, connection, options);
        }
    }
    std::erase(session.state().running, &connection);
    if (failed || end.outcome != RelayOutcome::done) {
        if (!failed) failed = end.error;
        const Error lost = abandon(session, std::move(lease), end);
        co_return named(failed ? *failed : lost);
    }
    settle(session, std::move(lease), plan, end, sql);
    if (end.error) co_return named(*end.error);
    co_return std::move(end);
}

}  // namespace leasehold::proxy
