#include "proxy/gather_source.h"

#include "base/mysql_errors.h"
#include "proxy/prelude.h"
#include "wire/frame.h"
#include "wire/query_attributes.h"

namespace leasehold::proxy {
namespace {

const router::Plan& plan_of_reads() {
    static const router::PlanRef plan = [] {
        const boost::intrusive_ptr<router::Plan> made(new router::Plan);
        made->kind = router::StatementKind::select;
        made->read_only = made->returns_rows = true;
        return router::PlanRef(made);
    }();
    return *plan;
}

}  // namespace

GatherSource::~GatherSource() {
    for (const Part& part : parts_) {
        if (has_lease(part)) std::erase(session_.state().running, &part.lease.connection());
    }
}

// A transaction that breaks on one shard gives all its leases back.
bool GatherSource::has_lease(const Part& part) const {
    if (part.lease.pool == nullptr) return false;
    return part.lease.held == nullptr || session_.held().owns(part.lease.held);
}

net::Task<Result<void>> GatherSource::open(const std::vector<std::uint16_t>& shards, std::string sql) {
    const router::Keyspace& keyspace = session_.site().world()->topology->keyspaces[keyspace_];
    for (const std::uint16_t shard : shards) {
        const Result<pool::Pool*> pool = pool_for(session_, keyspace_, shard);
        if (!pool) co_return pool.error();
        Part& part = parts_.emplace_back();
        part.shard = shard;
        part.name = keyspace.name + "/" + keyspace.shards[shard].name;
        part.pool = *pool;
    }
    const bool reserve = may_reserve(plan_of_reads().effects, session_.state());
    for (Part& part : parts_) {
        Result<StatementLease> lease = co_await lease_for(session_, *part.pool, reserve);
        if (!lease) co_return named(part, lease.error());
        part.lease = std::move(*lease);
        session_.state().running.push_back(&part.lease.connection());
    }
    for (Part& part : parts_) {
        const Result<void> sent = co_await send(part, sql);
        if (!sent) co_return named(part, sent.error());
    }
    at_ = parts_.begin();
    co_return Result<void>();
}

net::Task<Result<void>> GatherSource::send(Part& part, const std::string& sql) {
    pool::Connection& connection = part.lease.connection();
    Result<Prelude> prelude = co_await prelude_for(session_, *part.pool, connection, plan_of_reads().effects);
    if (!prelude) co_return prelude.error();
    wire::Bytes request;
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(request);
    wire::append_query(request, sql, connection.capabilities);
    wire::end_packet(request, start, sequence);
    SendResult sent = co_await send_request(session_, *part.pool, connection, std::move(*prelude), request);
    if (sent.error) co_return *sent.error;
    part.preceding = sent.preceding;
    part.state = Part::State::sent;
    co_return Result<void>();
}

net::Task<Result<bool>> GatherSource::next() {
    while (at_ != parts_.end()) {
        Part& part = *at_;
        if (rows_ == nullptr)
            rows_ = std::make_unique<TabletRows>(session_, part.lease.connection(), part.preceding);
        const Result<bool> more = co_await rows_->next();
        if (!more) {
            if (rows_->answered()) finish(part, rows_->status(), more.error().code);
            co_return named(part, more.error());
        }
        if (*more) co_return true;
        finish(part, rows_->status(), 0);
        rows_.reset();
        ++at_;
    }
    co_return false;
}

void GatherSource::finish(Part& part, wire::StatusFlags status, std::uint16_t error_code) {
    part.state = Part::State::over;
    std::erase(session_.state().running, &part.lease.connection());
    RelayEnd end;
    end.error_code = error_code;
    end.answer.failed = error_code != 0;
    end.answer.in_transaction = part.lease.connection().condition.in_transaction;
    end.answer.autocommit =
        error_code != 0 ? session_.state().autocommit : wire::has(status, wire::server_status::autocommit);
    settle(session_, std::move(part.lease), plan_of_reads(), end, "");
    part.lease = {};
}

net::Task<void> GatherSource::abandon_rest() {
    for (Part& part : parts_) {
        if (!has_lease(part)) continue;
        pool::Connection& connection = part.lease.connection();
        if (part.state == Part::State::sent && part.lease.held != nullptr && !session_.interrupt().raised() &&
            !connection.condition.stream_lost) {
            if (rows_ == nullptr || at_ == parts_.end() || &part != &*at_)
                rows_ = std::make_unique<TabletRows>(session_, connection, part.preceding);
            for (;;) {
                const Result<bool> more = co_await rows_->next();
                if (!more || !*more) break;
            }
            if (rows_->answered()) finish(part, rows_->status(), 0);
            rows_.reset();
        }
        if (!has_lease(part)) continue;
        std::erase(session_.state().running, &connection);
        const bool untouched = part.state == Part::State::leased && !connection.condition.stream_lost &&
                               !connection.condition.answer_pending;
        if (!untouched) (void)abandon(session_, std::move(part.lease), {});
        part.lease = {};
    }
    rows_.reset();
    parts_.clear();
    at_ = parts_.end();
}

Error GatherSource::named(const Part& part, const Error& error) const {
    return Error(error.code, part.name + ": " + error.message, error.sqlstate);
}

}  // namespace leasehold::proxy
