#include "proxy/own_rows.h"

#include <utility>

#include "base/memory_account.h"
#include "base/mysql_errors.h"
#include "proxy/query.h"
#include "proxy/shard_statement.h"
#include "proxy/tablet_rows.h"

namespace leasehold::proxy {
namespace {

constexpr int max_attempts = 3;

class OwnRows {
  public:
    OwnRows(Session& session, TabletType type) : session_(session), type_(type) {}

    net::Task<Result<void>> ask_shard(std::uint16_t keyspace, std::uint16_t shard, const std::string& sql) {
        Result<bool> asked = co_await try_shard(keyspace, shard, sql);
        // A pooled connection that had died: a read may go to another.
        for (int again = 1; again < max_attempts && asked && !*asked; ++again) {
            asked = co_await try_shard(keyspace, shard, sql);
        }
        if (!asked) co_return asked.error();
        if (*asked) co_return Result<void>();
        co_return make_error(mysql_error::server_lost, "lost the tablet that was asked");
    }

    std::vector<router::TextRow> take() { return std::exchange(rows_, {}); }

  private:
    // False: a connection that was leased for it was lost.
    net::Task<Result<bool>> try_shard(std::uint16_t keyspace, std::uint16_t shard, const std::string& sql) {
        Site& site = session_.site();
        const Result<std::shared_ptr<pool::Tablet>> tablet = site.choose_tablet(keyspace, shard, type_);
        if (!tablet) co_return tablet.error();
        pool::Pool& pool = site.pool_of(*tablet);
        Result<StatementLease> leased = co_await lease_for(session_, pool, false);
        if (!leased) co_return leased.error();
        StatementLease lease = std::move(*leased);
        pool::Connection& connection = lease.connection();
        session_.state().running.push_back(&connection);
        const Result<void> read = co_await ask_connection(*lease.pool, connection, sql);
        std::erase(session_.state().running, &connection);
        if (read) co_return true;
        const pool::Condition& condition = connection.condition;
        const bool lost = condition.stream_lost || condition.answer_pending;
        Error error = read.error();
        if (site.world()->topology->keyspaces[keyspace].shards.size() > 1)
            error.message = (*tablet)->label() + ": " + error.message;
        const bool held = lease.held != nullptr;
        if (lost) {
            const RelayEnd nothing;
            error = abandon(session_, std::move(lease), nothing);
        }
        if (lost && !held && !session_.interrupt().raised()) co_return false;
        co_return error;
    }

    net::Task<Result<void>> ask_connection(pool::Pool& pool, pool::Connection& connection,
                                           const std::string& sql) {
        Result<Prelude> prelude = co_await settings_for(session_, pool, connection);
        if (!prelude) co_return prelude.error();
        if (prelude->answers > 0) {
            const Result<void> confirmed = co_await confirm(session_, pool, connection, *prelude);
            if (!confirmed) co_return confirmed.error();
        }
        Result<SmallAnswer> answer = co_await ask(session_, connection, sql);
        if (!answer) co_return answer.error();
        for (router::TextRow& row : answer->rows) {
            bytes_ += sizeof(row);
            for (const std::optional<std::string>& value : row)
                bytes_ += sizeof(value) + (value ? value->size() : 0);
            rows_.push_back(std::move(row));
        }
        charge_.set(bytes_);
        if (bytes_ > session_.site().config().limits.merge_memory) {
            co_return make_error(mysql_error::out_of_resources,
                                 "the rows of a lookup are more than limits.merge_memory");
        }
        co_return Result<void>();
    }

    Session& session_;
    TabletType type_;
    std::vector<router::TextRow> rows_;
    std::size_t bytes_ = 0;
    MemoryCharge charge_{MemoryPart::gathers};
};

}  // namespace

net::Task<Result<std::vector<router::TextRow>>> own_rows(Session& session, std::string sql) {
    const Result<router::PlannedStatement> planned =
        session.site().plans().plan(sql, plan_context(session, false));
    if (!planned) co_return planned.error();
    const router::Plan& plan = *planned->plan;
    if (plan.routing == nullptr || plan.asks_first || plan.merge != nullptr) {
        co_return make_error(mysql_error::unknown_error,
                             "unsupported: a lookup table that is itself looked up");
    }
    const Result<router::Route> route = router::PlanCache::route(plan, sql, planned->literals);
    if (!route) co_return route.error();
    if (route->gather != nullptr)
        co_return make_error(mysql_error::unknown_error,
                             "unsupported: a lookup table that has to be gathered");
    OwnRows rows(session, TabletType::primary);
    for (const router::ShardQuery& query : route->shards) {
        const std::string text = query.sql.value_or(sql);
        const Result<void> asked = co_await rows.ask_shard(route->keyspace, query.shard, text);
        if (!asked) co_return asked.error();
    }
    co_return rows.take();
}

net::Task<Result<ShardAnswers>> ask_shards(Session& session, std::uint16_t keyspace,
                                           const std::vector<std::uint16_t>& shards, std::string sql) {
    OwnRows rows(session, session.state().target.type);
    ShardAnswers answers;
    for (const std::uint16_t shard : shards) {
        const Result<void> asked = co_await rows.ask_shard(keyspace, shard, sql);
        if (!asked) co_return asked.error();
        answers.push_back(rows.take());
    }
    co_return answers;
}

}  // namespace leasehold::proxy
