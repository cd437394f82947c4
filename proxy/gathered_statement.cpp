#include "proxy/gathered_statement.h"

#include "base/log.h"
#include "base/mysql_errors.h"
#include "proxy/prelude.h"
#include "proxy/requests.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint16_t deadlock = 1213;

}  // namespace

net::Task<Flow> answer_gather_error(Session& session, Error error) {
    // A tablet that has rolled a part of the transaction back takes the others with it.
    if (error.code == deadlock && session.held().in_transaction()) co_await roll_back_others(session);
    if (session.interrupt().raised()) {
        const std::optional<Error> why = interrupt_error(session);
        if (!why) co_return Flow::leave;
        error = *why;
    }
    co_return co_await session.send_error(std::move(error));
}

net::Task<Result<void>> Gathering::open() {
    session_.count_for(session_.site().world()->topology->keyspaces[route_.keyspace].name);
    const Result<pool::Pool*> pool = scratch_pool(session_, route_.keyspace);
    if (!pool) co_return pool.error();
    Result<Scratch> opened = co_await Scratch::open(session_, **pool);
    if (!opened) co_return opened.error();
    scratch_.emplace(*std::move(opened));
    tables_.emplace(session_, *scratch_, *route_.gather);
    co_return Result<void>();
}

net::Task<Result<void>> Gathering::fill(const StatementSource& source) {
    Result<void> ready = co_await open();
    if (!ready) co_return ready;
    ready = co_await tables_->fill();
    if (ready) ready = co_await scratch_->use_session_settings();
    tell(source);
    co_return ready;
}

net::Task<Result<void>> Gathering::make_empty() {
    Result<void> ready = co_await open();
    if (ready) ready = co_await tables_->make_empty();
    if (ready) ready = co_await scratch_->use_session_settings();
    co_return ready;
}

Error Gathering::lost(const RelayEnd& end) const {
    if (end.error) return *end.error;
    return make_error(mysql_error::server_lost, "lost tablet " + scratch_->pool().tablet().label() +
                                                    " during the gathered statement: " + end.problem);
}

void Gathering::tell(const StatementSource& source) const {
    auto& [keyspace, counters] = session_.counted();
    counters.gathered_rows += tables_->rows();
    counters.gathered_bytes += tables_->bytes();
    const net::TimePoint now = session_.site().worker().now();
    if (now < counters.next_gather_log) return;
    counters.next_gather_log = now + std::chrono::seconds(1);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now - session_.activity.since);
    log(LogLevel::info, "gathered",
        {{"keyspace", keyspace},
         {"user", session_.state().login.user},
         {"rows", tables_->rows()},
         {"bytes", tables_->bytes()},
         {"ms", static_cast<std::uint64_t>(took.count())},
         {"statement", source.sql.substr(0, 256)}});
}

net::Task<Result<RelayEnd>> GatheredStatement::run(const router::ShardQuery& query, bool quiet) {
    const Result<void> goes_on = scratch_.go_on();
    if (!goes_on) co_return goes_on.error();
    pool::Connection& connection = scratch_.connection();
    Result<Prelude> prelude = co_await prelude_for(session_, scratch_.pool(), connection, plan_.effects);
    if (!prelude) co_return prelude.error();
    StatementRequest request(session_, source_, query);
    if (prelude->answers > 0 && request.needs_exchange(connection)) {
        const Result<void> confirmed = co_await confirm(session_, scratch_.pool(), connection, *prelude);
        if (!confirmed) co_return confirmed.error();
    }
    Result<wire::BytesView> bytes = co_await request.make(connection);
    if (!bytes) co_return bytes.error();
    SendResult sent =
        co_await send_request(session_, scratch_.pool(), connection, std::move(*prelude), *bytes);
    if (sent.error) co_return *sent.error;
    RelayOptions options;
    options.preceding = sent.preceding;
    options.quiet = quiet;
    co_return co_await relay(session_, connection, options);
}

}  // namespace leasehold::proxy
