#include "proxy/transaction.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "proxy/shard_statement.h"
#include "proxy/table_locks.h"
#include "router/sql/fold.h"

namespace leasehold::proxy {
namespace {

struct Completion {
    bool chain = false;
    bool release = false;
};

constexpr std::uint16_t no_such_savepoint = 1305;

std::vector<pool::Pool*> participants(const Session& session) {
    std::vector<pool::Pool*> pools;
    for (const HeldLease& held : session.held().all()) {
        if (held.lease.reasons().has(pool::Reason::transaction)) pools.push_back(held.pool);
    }
    return pools;
}

std::string shard_name(const pool::Pool& pool) {
    return pool.tablet().spec().keyspace + "/" + pool.tablet().spec().shard;
}

bool begun_on_any(Session& session, const std::vector<pool::Pool*>& pools) {
    return std::ranges::any_of(pools, [&](const pool::Pool* pool) {
        return session.held().find(*pool)->lease->condition.in_transaction;
    });
}

// Ends the transaction on one connection; what else reserves it stays. The number of warnings, which the
// client may ask for.
net::Task<Result<std::uint16_t>> end_on(Session& session, pool::Pool& pool, std::string_view sql,
                                        bool chain) {
    HeldLease* held = session.held().find(pool);
    if (held == nullptr) co_return std::uint16_t{0};
    pool::Connection& connection = *held->lease;
    session.state().running.push_back(&connection);
    const Result<QuietAnswer> done = co_await tell_quietly(session, connection, sql);
    session.state().running.clear();
    if (!done && (connection.condition.stream_lost || connection.condition.answer_pending)) {
        session.held().give_back(pool);
        co_return done.error();
    }
    pool::ReasonSet reasons = held->lease.reasons();
    reasons.remove(pool::Reason::previous_statement);
    if (done && !chain) {
        reasons.remove(pool::Reason::transaction);
        connection.condition.in_transaction = false;
    }
    if (done && done->warnings > 0) reasons.add(pool::Reason::previous_statement);
    held->lease.set_reasons(reasons);
    if (reasons.empty()) session.held().give_back(pool);
    if (!done) co_return done.error();
    co_return done->warnings;
}

std::optional<Error> stopped(Session& session) {
    if (!session.interrupt().raised()) return std::nullopt;
    return make_error(mysql_error::query_interrupted, "Query execution was interrupted");
}

// What follows the end of a transaction: what the statement says, else the session's completion_type.
Completion completion(const ClientState& state, std::optional<bool> chain, std::optional<bool> release) {
    std::string_view type = "0";
    if (state.settings) type = state.settings->find("completion_type").value_or("0");
    const auto is = [&](std::string_view number, std::string_view name) {
        if (type.size() > 2 && type.front() == '\'') type = type.substr(1, type.size() - 2);
        return type == number || router::equal_folded(type, name);
    };
    // A word about the one is a word about the other (dev.mysql.com "completion_type").
    const bool said = chain.has_value() || release.has_value();
    Completion result;
    result.chain = chain.value_or(!said && is("1", "CHAIN"));
    result.release = release.value_or(!said && is("2", "RELEASE"));
    return result;
}

// In words that leave nothing to the tablet's own completion_type.
std::string with_completion(const ClientState& state, std::string_view verb, bool chain) {
    if (chain) return std::string(verb) + " AND CHAIN";
    const bool set = state.settings && state.settings->find("completion_type");
    return std::string(verb) + (set ? " AND NO CHAIN NO RELEASE" : "");
}

// The one tablet that the open transaction is on, where the next one will be as well: of an unsharded
// keyspace.
pool::Pool* whole_transaction(const Session& session) {
    const std::vector<pool::Pool*> pools = participants(session);
    if (pools.size() != 1 || !session.state().transaction.open) return nullptr;
    const std::string& keyspace = pools.front()->tablet().spec().keyspace;
    const router::Topology& topology = *session.site().world()->topology;
    const auto index = topology.find_keyspace(keyspace);
    const bool stays =
        keyspace == session.state().target.keyspace && index && topology.keyspaces[*index].shards.size() == 1;
    return stays ? pools.front() : nullptr;
}

bool contains(std::string_view options, std::string_view word) {
    for (std::size_t at = 0; at + word.size() <= options.size(); ++at) {
        if (router::equal_folded(options.substr(at, word.size()), word)) return true;
    }
    return false;
}

// A snapshot is of the moment in which it was asked for.
bool takes_snapshot(std::string_view options) {
    return contains(options, "snapshot");
}

// MySQL goes on with the access mode of the transaction that a BEGIN ends; of one that no tablet has heard of
// yet it is to be told.
std::string with_access_mode(const Session& session, std::string options) {
    constexpr std::string_view modes[] = {"READ ONLY", "READ WRITE"};
    const TransactionState& before = session.state().transaction;
    if (!before.open || session.site().world()->identity.presents_mariadb()) return options;
    for (const std::string_view mode : modes) {
        if (contains(options, mode)) return options;
    }
    for (const std::string_view mode : modes) {
        if (!contains(before.options, mode)) continue;
        if (!options.empty()) options += ", ";
        return options.append(mode);
    }
    return options;
}

// Of what the session has chosen; nothing where that has several shards, or nothing is chosen.
std::optional<Result<pool::Pool*>> pool_of_only_shard(Session& session) {
    const router::Target& target = session.state().target;
    const router::Topology& topology = *session.site().world()->topology;
    const auto index = topology.find_keyspace(target.keyspace);
    if (!index) return std::nullopt;
    const router::Keyspace& keyspace = topology.keyspaces[*index];
    if (target.shard) {
        const auto shard = keyspace.find_shard(*target.shard);
        if (!shard) return std::nullopt;
        return pool_for(session, *index, *shard);
    }
    if (keyspace.shards.size() != 1) return std::nullopt;
    return pool_for(session, *index, 0);
}

// All that the transaction has done, and will do: its keyspace has no other shard.
bool is_on_one_tablet(const Session& session, const std::vector<pool::Pool*>& participants) {
    if (participants.size() != 1) return false;
    const router::Topology& topology = *session.site().world()->topology;
    const auto index = topology.find_keyspace(participants.front()->tablet().spec().keyspace);
    return index && topology.keyspaces[*index].shards.size() == 1;
}

TransactionKind kind_of(std::size_t shards) {
    return shards > 1 ? TransactionKind::multi : TransactionKind::single;
}

// The tablet commits and begins by itself, in one statement, and knows what the next transaction takes over
// from the one before: MySQL 9 goes on with its isolation and access mode, whatever the session's have
// become.
net::Task<Flow> begin_again(Session& session, pool::Pool& pool, const router::Plan& plan,
                            const router::Begin& begin, const StatementSource& source) {
    TransactionState& transaction = session.state().transaction;
    transaction = {};
    transaction.open = true;
    transaction.options = begin.options;
    const router::ShardQuery whole;
    StatementRequest request(session, source, whole);
    const Flow flow = co_await run_on_shard(session, plan, pool, request, {}, source.sql);
    const bool begun = transaction.open && session.held().in_transaction();
    session.counters().count_transaction(TransactionKind::single,
                                         begun ? TransactionOutcome::committed : TransactionOutcome::failed);
    co_return flow;
}

// Where no transaction is open.
net::Task<Flow> begin_there(Session& session, pool::Pool& pool, const router::Plan& plan,
                            const std::string& options, const StatementSource& source) {
    const router::ShardQuery whole;
    StatementRequest request(session, source, whole);
    const Flow flow = co_await run_on_shard(session, plan, pool, request, {}, source.sql);
    TransactionState& transaction = session.state().transaction;
    transaction.open = session.held().in_transaction();
    if (transaction.open) transaction.options = options;
    co_return flow;
}

}  // namespace

net::Task<std::optional<Error>> commit_all(Session& session, bool chain) {
    const std::vector<pool::Pool*> pools = participants(session);
    const std::string sql = with_completion(session.state(), "COMMIT", chain);
    const std::string rollback = with_completion(session.state(), "ROLLBACK", false);
    std::string committed;
    std::string not_committed;
    std::optional<Error> failed;
    for (pool::Pool* pool : pools) {
        const std::string name = shard_name(*pool);
        if (failed) {
            (void)co_await end_on(session, *pool, rollback, false);
            not_committed += ", " + name;
            continue;
        }
        const Result<std::uint16_t> done = co_await end_on(session, *pool, sql, chain);
        if (done) {
            committed += (committed.empty() ? "" : ", ") + name;
        } else {
            failed = done.error();
            not_committed = name;
        }
    }
    if (!chain || failed) end_transaction_state(session.state());
    if (!pools.empty()) {
        session.counters().count_transaction(
            kind_of(pools.size()), failed ? TransactionOutcome::failed : TransactionOutcome::committed);
    }
    if (!failed) co_return std::nullopt;
    if (const auto why = stopped(session)) co_return why;
    if (pools.size() > 1) {
        failed->message = "commit failed on " + not_committed + " (" + failed->message +
                          "); committed: " + (committed.empty() ? "none" : committed) +
                          "; not committed: " + not_committed;
    }
    co_return failed;
}

bool begins_own_transaction(Session& session) {
    const ClientState& state = session.state();
    return !state.transaction.open && state.autocommit && !session.held().has(pool::Reason::lock_tables);
}

net::Task<Flow> run_begin(Session& session, const router::Plan& plan, const router::Begin& begin,
                          const StatementSource& source) {
    ClientState& state = session.state();
    if (pool::Pool* const pool = whole_transaction(session))
        co_return co_await begin_again(session, *pool, plan, begin, source);
    const std::string options = with_access_mode(session, begin.options);
    const std::string text = "START TRANSACTION " + options;
    const StatementSource changed{text, {}, {}, {}, nullptr, nullptr};
    const StatementSource& sent = options == begin.options ? source : changed;
    if (state.transaction.open || session.held().in_transaction()) {
        const std::optional<Error> failed = co_await commit_all(session, false);
        if (failed) co_return co_await session.send_error(*failed);
    }
    const std::string characteristics = std::move(state.transaction.next_characteristics);
    state.transaction = {};
    state.transaction.next_characteristics = characteristics;
    co_await unlock_shards(session);
    // A tablet that the session already holds hears of it at once: BEGIN also ends LOCK TABLES there, and
    // refuses to where it must.
    if (session.held().has(pool::Reason::lock_tables) || session.held().has(pool::Reason::xa)) {
        pool::Pool& pool = *session.held().all().front().pool;
        co_return co_await begin_there(session, pool, plan, options, sent);
    }
    // So does the one shard that the transaction can be on when it has to keep what is there now.
    if (takes_snapshot(options)) {
        const std::optional<Result<pool::Pool*>> pool = pool_of_only_shard(session);
        if (pool && !*pool) co_return co_await session.send_error(pool->error());
        if (pool) co_return co_await begin_there(session, ***pool, plan, options, sent);
    }
    state.transaction.open = true;
    state.transaction.options = options;
    co_return co_await session.send_ok();
}

net::Task<Flow> run_commit(Session& session, const router::Commit& commit) {
    const Completion then = completion(session.state(), commit.chain, commit.release);
    const std::optional<Error> failed = co_await commit_all(session, then.chain);
    if (failed) {
        if (session.interrupt().raised()) {
            const std::optional<Error> why = interrupt_error(session);
            if (!why) co_return Flow::leave;
        }
        co_return co_await session.send_error(*failed);
    }
    if (then.chain) {
        co_await unlock_tables(session);
        session.state().transaction.open = true;
    }
    const Flow flow = co_await session.send_ok();
    co_return then.release ? Flow::leave : flow;
}

net::Task<Flow> run_rollback(Session& session, const router::Rollback& rollback) {
    const Completion then = completion(session.state(), rollback.chain, rollback.release);
    const std::vector<pool::Pool*> pools = participants(session);
    const std::string sql = with_completion(session.state(), "ROLLBACK", then.chain);
    wire::OkPacket ok;
    for (pool::Pool* pool : pools) {
        // A connection that cannot be told is closed, which rolls back as well: a rollback does not fail.
        const Result<std::uint16_t> done = co_await end_on(session, *pool, sql, then.chain);
        if (done) ok.warnings = static_cast<std::uint16_t>(ok.warnings + *done);
    }
    session.state().warnings = ok.warnings;
    if (!then.chain) {
        end_transaction_state(session.state());
    } else {
        co_await unlock_tables(session);
        session.state().transaction.open = true;
        session.state().transaction.savepoints.clear();
    }
    if (!pools.empty()) {
        session.counters().count_transaction(kind_of(pools.size()), TransactionOutcome::rolled_back);
    }
    if (session.interrupt().raised()) {
        const std::optional<Error> why = interrupt_error(session);
        if (!why) co_return Flow::leave;
    }
    const Flow flow = co_await session.send_ok(ok);
    co_return then.release ? Flow::leave : flow;
}

net::Task<Flow> run_savepoint(Session& session, const router::Savepoint& savepoint) {
    TransactionState& transaction = session.state().transaction;
    const std::vector<pool::Pool*> pools = participants(session);
    using Verb = router::Savepoint::Verb;
    auto& names = transaction.savepoints;
    const auto known = std::find(names.begin(), names.end(), savepoint.name);
    // A tablet that has the whole transaction also knows those of EXECUTE and of procedures.
    if (savepoint.verb != Verb::set && known == names.end() && !is_on_one_tablet(session, pools)) {
        co_return co_await session.send_error(
            make_error(no_such_savepoint, "SAVEPOINT " + savepoint.name + " does not exist"));
    }
    // With autocommit it is gone as soon as it is made; without, the transaction that comes has it.
    const bool comes = !session.state().autocommit && !session.held().has(pool::Reason::lock_tables);
    if (!transaction.open && pools.empty() && !comes) co_return co_await session.send_ok();
    const std::string_view verb = savepoint.verb == Verb::set       ? "SAVEPOINT "
                                  : savepoint.verb == Verb::release ? "RELEASE SAVEPOINT "
                                                                    : "ROLLBACK TO SAVEPOINT ";
    wire::OkPacket ok;
    const std::string sql = std::string(verb) + savepoint.name;
    for (pool::Pool* pool : pools) {
        HeldLease* held = session.held().find(*pool);
        const Result<QuietAnswer> done = co_await tell_quietly(session, *held->lease, sql);
        if (!done) {
            const Error error = done.error();
            if (held->lease->condition.stream_lost || held->lease->condition.answer_pending) {
                session.held().give_back(*pool);
                abort_transaction(session);
            }
            if (session.interrupt().raised() && !interrupt_error(session)) co_return Flow::leave;
            co_return co_await session.send_error(error);
        }
        ok.warnings = static_cast<std::uint16_t>(ok.warnings + done->warnings);
        pool::ReasonSet reasons = held->lease.reasons();
        reasons.remove(pool::Reason::previous_statement);
        if (done->warnings > 0) reasons.add(pool::Reason::previous_statement);
        held->lease.set_reasons(reasons);
    }
    session.state().warnings = ok.warnings;
    if (!pools.empty() && !begun_on_any(session, pools)) {
        // Ended by itself, with a statement that failed (MariaDB commits before it refuses a CREATE TABLE),
        // or only taken for begun. Without autocommit the transaction that comes has the savepoint.
        session.held().end_reason(pool::Reason::transaction);
        end_transaction_state(session.state());
        if (comes && savepoint.verb == Verb::set) names.push_back(savepoint.name);
        co_return co_await session.send_ok(ok);
    }
    switch (savepoint.verb) {
        case Verb::set:
            if (known != names.end()) names.erase(known);
            names.push_back(savepoint.name);
            break;
        case Verb::release:
            names.erase(known, names.end());
            break;
        case Verb::rollback_to:
            if (known != names.end()) names.erase(known + 1, names.end());
            break;
    }
    co_return co_await session.send_ok(ok);
}

}  // namespace leasehold::proxy
