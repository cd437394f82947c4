#include "proxy/gather_change.h"

#include "base/mysql_errors.h"
#include "proxy/carried_changes.h"
#include "proxy/gather_leavings.h"
#include "proxy/prelude.h"
#include "proxy/requests.h"
#include "proxy/session_answers.h"

namespace leasehold::proxy {
namespace {

class GatheredChange {
  public:
    GatheredChange(Session& session, const router::Plan& plan, const router::Route& route,
                   const StatementSource& source)
        : session_(session), plan_(plan), route_(route), source_(source), writes_(session) {}

    net::Task<Flow> run() {
        Gathering gathering(session_, route_);
        const Result<void> ready = co_await gathering.fill(source_);
        if (!ready) co_return co_await answer_gather_error(session_, ready.error());
        Scratch& scratch = gathering.scratch();
        const GatherTables& tables = gathering.tables();
        GatheredStatement statement(session_, plan_, source_, scratch);
        Result<RelayEnd> end = co_await statement.run(tables.statement(), true);
        if (!end) co_return co_await answer_gather_error(session_, end.error());
        if (end->outcome != RelayOutcome::done)
            co_return co_await answer_gather_error(session_, gathering.lost(*end));
        account(session_, plan_, *end);
        note_answer(session_.state(), plan_, *end);
        if (end->error) co_return co_await answer_gather_error(session_, *end->error);
        Result<void> done = co_await take_leavings(session_, scratch, plan_, source_.sql);
        if (done) {
            CarriedChanges changes(session_, scratch, tables, *route_.gather->change, writes_);
            done = co_await changes.carry();
        }
        if (done) done = co_await writes_.commit();
        if (!done) co_return co_await answer_gather_error(session_, done.error());
        session_.state().failed = false;
        co_return co_await session_.send_ok(end->ok());
    }

  private:
    Session& session_;
    const router::Plan& plan_;
    const router::Route& route_;
    const StatementSource& source_;
    ShardWrites writes_;
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
