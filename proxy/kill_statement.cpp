#include "proxy/kill_statement.h"

#include <charconv>
#include <string>
#include <vector>

#include "base/mysql_errors.h"
#include "proxy/own_rows.h"
#include "proxy/session_answers.h"
#include "proxy/waited_answer.h"
#include "router/lookup_entries.h"
#include "router/text_prepared.h"

namespace leasehold::proxy {
namespace {

Error no_such_thread(std::string_view id) {
    return make_error(mysql_error::no_such_thread, "Unknown thread id: " + std::string(id));
}

// As the tablet makes a number of it.
net::Task<Result<std::uint64_t>> value_of(Session& session, const std::string& expression) {
    std::string sql = "SELECT CAST((" + expression + ") AS UNSIGNED)";
    const Result<router::PlannedStatement> planned =
        session.site().plans().plan(sql, plan_context(session, false));
    if (!planned) co_return planned.error();
    if (auto answered = with_session_values(session, *planned->plan, sql)) sql = *std::move(answered);
    const Result<std::vector<router::TextRow>> rows = co_await own_rows(session, sql);
    if (!rows) co_return rows.error();
    const bool value = rows->size() == 1 && rows->front().size() == 1 && rows->front().front();
    const std::string text = value ? *rows->front().front() : "0";
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) co_return no_such_thread(text);
    co_return id;
}

std::string with_values(const Session& session, const std::string& expression,
                        const StatementSource& source) {
    if (source.prepared == nullptr) return expression;
    std::vector<std::string> literals;
    for (const SqlValue& value : source.values)
        literals.push_back(router::entry_literal(value, session.state().sql_mode));
    return router::with_parameters(expression, session.state().sql_mode, literals);
}

}  // namespace

net::Task<Flow> run_kill(Session& session, const router::Kill& kill, const StatementSource& source) {
    if (kill.expression.empty()) co_return co_await run_kill(session, kill.query_only, kill.id);
    const std::string expression = with_values(session, kill.expression, source);
    const Result<std::uint64_t> id = co_await value_of(session, expression);
    if (!id) co_return co_await session.send_error(id.error());
    co_return co_await run_kill(session, kill.query_only, *id);
}

net::Task<Flow> run_kill(Session& session, bool query_only, std::uint64_t id) {
    if (id > 0xFFFFFFFF) {
        co_return co_await session.send_error(no_such_thread(std::to_string(id)));
    }
    if (id == session.id()) {
        const bool says_so = !query_only && session.site().world()->identity.mariadb;
        Error error = says_so ? make_error(mysql_error::connection_killed, "Connection was killed")
                              : make_error(mysql_error::query_interrupted, "Query execution was interrupted");
        const Flow flow = co_await session.send_error(std::move(error));
        co_return query_only ? flow : Flow::leave;
    }
    WaitedAnswer<KillOutcome> answer(session.site().worker(), session.interrupt());
    session.site().process().kill(static_cast<std::uint32_t>(id), query_only, session.state().login.user,
                                  session.site(), answer.callback());
    const std::optional<KillOutcome> outcome = co_await answer;
    if (!outcome) co_return Flow::leave;
    switch (*outcome) {
        case KillOutcome::no_such_session:
            co_return co_await session.send_error(no_such_thread(std::to_string(id)));
        case KillOutcome::not_owner:
            co_return co_await session.send_error(
                make_error(mysql_error::kill_denied, "You are not owner of thread " + std::to_string(id)));
        case KillOutcome::done:
            break;
    }
    co_return co_await session.send_ok();
}

}  // namespace leasehold::proxy
