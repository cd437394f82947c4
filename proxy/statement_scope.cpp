#include "proxy/statement_scope.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/mysql_errors.h"
#include "proxy/prelude.h"
#include "proxy/session.h"
#include "proxy/transaction.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint16_t deadlock = 1213;

// Shards that join the transaction later are told of it like of any savepoint of the client's.
const std::string savepoint = "leasehold_statement";

}  // namespace

StatementScope::~StatementScope() {
    if (hold_ == Hold::own && session_.state().transaction.implicit) abort_transaction(session_);
    forget_savepoint();
}

net::Task<Result<void>> StatementScope::begin() {
    TransactionState& transaction = session_.state().transaction;
    if (begins_own_transaction(session_)) {
        hold_ = Hold::own;
        transaction.open = transaction.implicit = true;
        co_return Result<void>();
    }
    if (!transaction.open && session_.held().has(pool::Reason::lock_tables)) {
        hold_ = Hold::untied;
        co_return Result<void>();
    }
    transaction.open = true;  // with autocommit off it begins by itself
    const Result<void> told = co_await tell_all("SAVEPOINT ");
    if (!told) co_return told;
    session_.state().transaction.savepoints.push_back(savepoint);
    hold_ = Hold::savepoint;
    co_return Result<void>();
}

net::Task<Result<void>> StatementScope::finish() {
    forget_savepoint();
    if (hold_ != Hold::own) co_return Result<void>();
    const std::optional<Error> failed = co_await commit_all(session_, false);
    if (failed) co_return *failed;
    co_return Result<void>();
}

net::Task<Result<void>> StatementScope::undo() {
    if (hold_ == Hold::untied)
        co_return make_error(mysql_error::unknown_error, "under LOCK TABLES nothing can be taken back");
    TransactionState& transaction = session_.state().transaction;
    if (hold_ == Hold::own) {
        co_await roll_back_others(session_);
        transaction.open = transaction.implicit = true;
        co_return Result<void>();
    }
    // A deadlock, or a tablet that was lost: then nothing of it is left.
    if (!transaction.open)
        co_return make_error(deadlock, "Deadlock found when trying to get lock; try restarting transaction");
    const Result<void> told = co_await tell_all("ROLLBACK TO SAVEPOINT ");
    if (!told && (transaction.open || session_.held().in_transaction())) co_await roll_back_others(session_);
    co_return told;
}

net::Task<Error> StatementScope::fail(Error error) {
    if (hold_ == Hold::untied) {
        error.message += "; under LOCK TABLES what was done before it stays";
        co_return error;
    }
    const bool is_over = !session_.state().transaction.open;
    const bool own = hold_ == Hold::own;
    if (is_over || own) {
        if (session_.state().transaction.open || session_.held().in_transaction())
            co_await roll_back_others(session_);
        if (is_over && !own) error.message += "; the transaction was rolled back on all shards";
        co_return error;
    }
    const Result<void> undone = co_await undo();
    forget_savepoint();
    if (!undone) error.message += "; the transaction was rolled back on all shards";
    co_return error;
}

net::Task<Result<void>> StatementScope::tell_all(const char* verb) {
    std::vector<pool::Pool*> pools;
    for (const HeldLease& held : session_.held().all()) {
        if (held.lease.reasons().has(pool::Reason::transaction)) pools.push_back(held.pool);
    }
    const std::string sql = verb + savepoint;
    for (pool::Pool* const pool : pools) {
        HeldLease* const held = session_.held().find(*pool);
        if (held == nullptr) continue;
        pool::Connection& connection = *held->lease;
        session_.state().running.push_back(&connection);
        const Result<void> done = co_await run_quietly(session_, connection, sql);
        std::erase(session_.state().running, &connection);
        if (done) continue;
        const Error error = done.error();
        if (connection.condition.stream_lost || connection.condition.answer_pending) {
            session_.held().give_back(*pool);
            abort_transaction(session_);
        }
        co_return error;
    }
    co_return Result<void>();
}

void StatementScope::forget_savepoint() {
    if (hold_ != Hold::savepoint) return;
    hold_ = Hold::none;
    auto& names = session_.state().transaction.savepoints;
    if (!names.empty() && names.back() == savepoint) names.pop_back();
}

}  // namespace leasehold::proxy
