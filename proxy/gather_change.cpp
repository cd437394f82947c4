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
        Result<Scratch> opened = co_await open_scratch(session_, route_.keyspace);
        if (!opened) co_return co_await answer_gather_error(session_, opened.error());
        Scratch scratch = std::move(*opened);
        GatherTables tables(session_, scratch, *route_.gather);
        Result<void> ready = co_await tables.fill();
        if (ready) ready = co_await scratch.use_session_settings();
        tell_gathered(session_, source_, tables);
        if (!ready) co_return co_await answer_gather_error(session_, ready.error());
        GatheredStatement statement(session_, plan_, source_, scratch);
        Result<RelayEnd> end = co_await statement.run(tables.statement(), true);
        if (!end) co_return co_await answer_gather_error(session_, end.error());
        if (end->outcome != RelayOutcome::done)
            co_return co_await answer_gather_error(session_, lost(scratch, *end));
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
        wire::OkPacket ok;
        ok.affected_rows = end->affected_rows;
        ok.warnings = end->answer.warnings;
        ok.last_insert_id = end->last_insert_id;
        ok.info = end->info;
        co_return co_await session_.send_ok(ok);
    }

  private:
    static Error lost(const Scratch& scratch, const RelayEnd& end) {
        if (end.error) return *end.error;
        return make_error(mysql_error::server_lost, "lost tablet " + scratch.pool().tablet().label() +
                                                        " during the gathered statement: " + end.problem);
    }

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
    start_query_timeout(session, timeout);
    const auto change = std::make_unique<GatheredChange>(session, plan, route, cursorless.source());
    co_return co_await change->run();
}

}  // namespace leasehold::proxy
