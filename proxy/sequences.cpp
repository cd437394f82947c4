#include "proxy/sequences.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/mysql_errors.h"
#include "proxy/prelude.h"
#include "proxy/query.h"
#include "proxy/tablet_rows.h"
#include "proxy/waited_answer.h"
#include "router/table_definition.h"

namespace leasehold::proxy {
namespace {

// The proxy's own statements run under the tablet's own settings: a session's could hide the rows
// (sql_select_limit) or keep the change out of the binary log.
class SettingsAside {
  public:
    explicit SettingsAside(ClientState& state)
        : state_(state),
          settings_(std::exchange(state.settings, {})),
          schema_(std::exchange(state.target.schema, {})) {}
    ~SettingsAside() {
        state_.settings = std::move(settings_);
        state_.target.schema = std::move(schema_);
    }
    SettingsAside(const SettingsAside&) = delete;
    SettingsAside& operator=(const SettingsAside&) = delete;

  private:
    ClientState& state_;
    pool::SettingsRef settings_;
    std::string schema_;
};

// KILL QUERY reaches the connection as long as this is.
class Working {
  public:
    Working(Session& session, pool::Connection& connection) : session_(session), connection_(&connection) {
        session_.state().running.push_back(connection_);
    }
    ~Working() { std::erase(session_.state().running, connection_); }
    Working(const Working&) = delete;
    Working& operator=(const Working&) = delete;

  private:
    Session& session_;
    pool::Connection* connection_;
};

std::optional<std::int64_t> number_in(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

constexpr int max_attempts = 3;

bool is_lost(Session& session, const Result<void>& done) {
    return !done && done.error().code == mysql_error::server_lost && !session.interrupt().raised();
}

Error interrupted() {
    return make_error(mysql_error::query_interrupted, "Query execution was interrupted");
}

// One block more, in a transaction of its own. A COMMIT whose answer is lost leaves a gap.
net::Task<Result<void>> grow(Session& session, pool::Connection& connection, const std::string& table,
                             router::SequenceBlock& block, std::uint64_t own, const std::uint64_t& wanted) {
    Result<void> done = co_await run_quietly(session, connection, "START TRANSACTION READ WRITE");
    if (!done) co_return done.error();
    connection.condition.next_transaction_set = false;
    const std::string select = "SELECT next_id, cache FROM " + table + " WHERE id = 0 LIMIT 1 FOR UPDATE";
    const Result<SmallAnswer> row = co_await ask(session, connection, select);
    if (!row) co_return row.error();
    const std::optional<std::int64_t> next_id = number_in(row->text(0, 0));
    const std::optional<std::int64_t> cache = number_in(row->text(0, 1));
    if (!next_id || !cache) {
        co_return make_error(mysql_error::unknown_error, row->rows.empty()
                                                             ? "the table has no row whose id is 0"
                                                             : "next_id or cache of the row is no number");
    }
    // Read now: statements have come that wait as well. (The sum may have overflown.)
    const Result<std::int64_t> grown = block.plan_growth(*next_id, *cache, std::max(own, wanted));
    if (!grown) co_return grown.error();
    const std::string update = "UPDATE " + table + " SET next_id = " + std::to_string(*grown) +
                               " WHERE id = 0 AND next_id = " + std::to_string(*next_id);
    const Result<std::uint64_t> rows = co_await change_quietly(session, connection, update);
    if (!rows) co_return rows.error();
    // A table without transactions, which somebody else has changed meanwhile.
    if (*rows != 1) co_return make_error(mysql_error::unknown_error, "its row was changed by somebody else");
    done = co_await run_quietly(session, connection, "COMMIT AND NO CHAIN NO RELEASE");
    if (!done) co_return done.error();
    block.add(*next_id, *grown);
    co_return Result<void>();
}

net::Task<Result<void>> refill(Session& session, const router::IdsNeed& need, router::SequenceBlock& block,
                               const std::uint64_t& wanted) {
    const router::SequenceRef& ref = need.sequence;
    Site& site = session.site();
    const SettingsAside aside(session.state());
    const Result<std::shared_ptr<pool::Tablet>> tablet =
        site.choose_tablet(ref.keyspace, ref.shard, TabletType::primary);
    if (!tablet) co_return tablet.error();
    pool::Pool& pool = site.pool_of(*tablet);
    pool::Want want;
    want.profile = wire::byte_shaping(session.capabilities());
    want.client_id = session.id();
    Result<pool::Lease> lease = co_await pool.acquire(want, session.interrupt());
    if (!lease) co_return lease.error();
    pool::Connection& connection = **lease;
    const Working working(session, connection);
    Result<Prelude> prelude = co_await settings_for(session, pool, connection);
    if (!prelude) co_return prelude.error();
    if (prelude->answers > 0) {
        const Result<void> confirmed = co_await confirm(session, pool, connection, *prelude);
        if (!confirmed) co_return confirmed.error();
    }
    const std::string table =
        router::quote_name((*tablet)->spec().database) + "." + router::quote_name(ref.table);
    const Result<void> grown = co_await grow(session, connection, table, block, need.count, wanted);
    if (!grown) {
        // Its pool rolls back; where that is in doubt it closes the connection.
        connection.condition.in_transaction = true;
        co_return Error(grown.error().code, "on tablet " + (*tablet)->label() + ": " + grown.error().message,
                        grown.error().sqlstate);
    }
    co_return Result<void>();
}

}  // namespace

// While it lives the sequence is being refilled; its end wakes those who wait, whatever became of it.
class Sequences::Refill {
  public:
    explicit Refill(Sequence& sequence) : sequence_(sequence) { sequence_.refilling = true; }
    ~Refill() {
        sequence_.refilling = false;
        for (const auto& tell : std::exchange(sequence_.waiting, {})) tell(outcome);
    }
    Refill(const Refill&) = delete;
    Refill& operator=(const Refill&) = delete;

    Outcome outcome;

  private:
    Sequence& sequence_;
};

net::Task<Result<std::uint64_t>> Sequences::take(Session& session, const router::IdsNeed& need) {
    const router::Topology& topology = *session.site().world()->topology;
    const std::string name = topology.keyspaces[need.sequence.keyspace].name + "." + need.sequence.table;
    Sequence& sequence = sequences_[name];
    const auto named = [&](const Error& error) {
        return Error(error.code, "sequence " + name + ": " + error.message, error.sqlstate);
    };
    for (;;) {
        if (const std::optional<std::uint64_t> first = sequence.block.take(need.count)) co_return *first;
        sequence.wanted += need.count;
        Outcome outcome;
        if (sequence.refilling) {
            WaitedAnswer<Outcome> waited(session.site().worker(), session.interrupt());
            sequence.waiting.push_back(waited.callback());
            std::optional<Outcome> told = co_await waited;
            if (!told) outcome.error = interrupted();
            if (told) outcome = std::move(*told);
        } else {
            Refill one(sequence);
            Result<void> done = co_await refill(session, need, sequence.block, sequence.wanted);
            // A connection that had died in its pool; what it may have taken all the same is a gap.
            for (int again = 1; again < max_attempts && is_lost(session, done); ++again) {
                done = co_await refill(session, need, sequence.block, sequence.wanted);
            }
            if (!done) outcome.error = named(done.error());
            // What ended this session's statement alone (KILL QUERY may reach the tablet first) is no reason
            // to fail the others.
            const bool own = session.interrupt().raised() ||
                             (!done && done.error().code == mysql_error::query_interrupted);
            if (!own) one.outcome = outcome;
        }
        sequence.wanted -= need.count;
        if (outcome.error) co_return *outcome.error;
    }
}

}  // namespace leasehold::proxy
