#include "proxy/gather_change.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "proxy/carried_changes.h"
#include "proxy/carried_entries.h"
#include "proxy/gather_leavings.h"
#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "proxy/session_answers.h"
#include "proxy/statement_scope.h"

namespace leasehold::proxy {
namespace {

class GatheredChange {
  public:
    GatheredChange(Session& session, const router::Plan& plan, const router::Route& route,
                   const StatementSource& source)
        : session_(session), plan_(plan), route_(route), source_(source) {}

    net::Task<Flow> run() {
        const bool entries = std::ranges::any_of(
            route_.gather->reads, [](const router::GatherRead& read) { return read.lookups != nullptr; });
        if (!entries) {
            writes_.emplace(session_);
            co_return co_await change();
        }
        // An entry that another row has is no reason to lose the client's transaction.
        scope_.emplace(session_);
        const Result<void> begun = co_await scope_->begin();
        if (!begun) co_return co_await answer_error(begun.error());
        writes_.emplace(session_, ShardWrites::OnError::leave);
        co_return co_await change();
    }

  private:
    net::Task<Flow> change() {
        Gathering gathering(session_, route_);
        const Result<void> ready = co_await gathering.fill(source_);
        if (!ready) co_return co_await answer_error(ready.error());
        Scratch& scratch = gathering.scratch();
        const GatherTables& tables = gathering.tables();
        GatheredStatement statement(session_, plan_, source_, scratch);
        Result<RelayEnd> end = co_await statement.run(tables.statement(), true);
        if (!end) co_return co_await answer_error(end.error());
        if (end->outcome != RelayOutcome::done) co_return co_await answer_error(gathering.lost(*end));
        account(session_, plan_, *end);
        note_answer(session_.state(), plan_, *end);
        if (end->error) co_return co_await answer_error(*end->error);
        Result<void> done = co_await take_leavings(session_, scratch, plan_, source_.sql);
        if (done) {
            CarriedEntries entries(session_, scratch, tables, *writes_);
            CarriedChanges changes(session_, scratch, tables, *route_.gather->change, *writes_);
            done = co_await entries.leave();
            if (done) done = co_await changes.carry();
            if (done) done = co_await entries.arrive();
        }
        if (done) done = co_await commit();
        if (!done) co_return co_await answer_error(done.error());
        session_.state().failed = false;
        co_return co_await session_.send_ok(end->ok());
    }

    net::Task<Result<void>> commit() {
        if (scope_) co_return co_await scope_->finish();
        co_return co_await writes_->commit();
    }

    net::Task<Flow> answer_error(Error error) {
        if (!scope_) co_return co_await answer_gather_error(session_, std::move(error));
        if (session_.interrupt().raised()) {
            const std::optional<Error> why = interrupt_error(session_);
            if (!why) co_return Flow::leave;
            error = *why;
        }
        Error told = co_await scope_->fail(std::move(error));
        co_return co_await answer_gather_error(session_, std::move(told));
    }

    Session& session_;
    const router::Plan& plan_;
    const router::Route& route_;
    const StatementSource& source_;
    std::optional<StatementScope> scope_;
    std::optional<ShardWrites> writes_;
};

}  // namespace

net::Task<Flow> run_gathered_change(Session& session, const router::Plan& plan, const router::Route& route,
                                    const StatementSource& asked) {
    const CursorlessSource cursorless(asked);
    const SchemaAside schema(session.state());
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, plan, asked.sql);
    const auto change = std::make_unique<GatheredChange>(session, plan, route, cursorless.source());
    co_return co_await change->run();
}

}  // namespace leasehold::proxy
