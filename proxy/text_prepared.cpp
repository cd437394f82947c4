#include "proxy/text_prepared.h"

#include <optional>
#include <string>
#include <vector>

#include "base/mysql_errors.h"
#include "proxy/prepared_commands.h"
#include "router/text_prepared.h"
#include "router/unsupported.h"

namespace leasehold::proxy {
namespace {

Error unknown_handler(const std::string& name, std::string_view statement) {
    return make_error(mysql_error::unknown_stmt_handler,
                      "Unknown prepared statement handler (" + name + ") given to " + std::string(statement));
}

// The argument as SQL. A variable that was set otherwise than by a plain SET is known to its connection
// alone.
Result<std::string> literal_of(const Session& session, const router::TextArgument& argument) {
    if (!argument.variable) return argument.text;
    if (session.held().has(pool::Reason::user_variable))
        return router::unsupported(
            "EXECUTE with user variables that were set otherwise than by SET @a = value");
    const pool::SettingsRef& settings = session.state().settings;
    const auto value = settings ? settings->find("@" + argument.text) : std::nullopt;
    return std::string(value.value_or("NULL"));
}

Result<std::string> text_of(const Session& session, const router::TextArgument& argument) {
    const Result<std::string> literal = literal_of(session, argument);
    if (!literal) return literal.error();
    std::optional<std::string> text = router::text_of_literal(*literal, session.state().sql_mode);
    if (!text) return router::unsupported("a statement prepared from such a literal");
    return *std::move(text);
}

// What is wrong with the text, as far as it can be told without its values.
std::optional<Error> check(Session& session, std::string_view sql) {
    const Result<router::PlannedStatement> planned =
        session.site().plans().plan(sql, plan_context(session, true));
    if (!planned) return planned.error();
    return std::nullopt;
}

net::Task<Flow> execute(Session& session, std::string_view sql, std::uint32_t parameters,
                        const router::ExecuteText& execute) {
    if (execute.arguments.size() != parameters) {
        co_return co_await session.send_error(
            make_error(mysql_error::wrong_arguments, "Incorrect arguments to EXECUTE"));
    }
    std::vector<std::string> literals;
    for (const router::TextArgument& argument : execute.arguments) {
        Result<std::string> literal = literal_of(session, argument);
        if (!literal) co_return co_await session.send_error(literal.error());
        literals.push_back(*std::move(literal));
    }
    const std::string text = router::with_parameters(sql, session.state().sql_mode, literals);
    co_return co_await run_text(session, text);
}

}  // namespace

net::Task<Flow> run_prepare_text(Session& session, const router::PrepareText& prepare) {
    // A statement of this name goes, even if the new one is refused.
    if (session.prepared().erase(prepare.name)) session.site().process().statements_left(1);
    Result<std::string> text = text_of(session, prepare.text);
    if (!text) co_return co_await session.send_error(text.error());
    if (const std::optional<Error> wrong = check(session, *text))
        co_return co_await session.send_error(*wrong);
    const Result<void> admitted = co_await admit_prepared(session, text->size());
    if (!admitted) co_return co_await session.send_error(admitted.error());
    NamedStatement statement;
    statement.parameters = router::count_parameters(*text, session.state().sql_mode);
    statement.sql = *std::move(text);
    session.prepared().name(prepare.name, std::move(statement));
    co_return co_await session.send_ok();
}

net::Task<Flow> run_execute_text(Session& session, const router::ExecuteText& what) {
    if (what.immediate) {
        const Result<std::string> text = text_of(session, *what.immediate);
        if (!text) co_return co_await session.send_error(text.error());
        if (const std::optional<Error> wrong = check(session, *text))
            co_return co_await session.send_error(*wrong);
        const std::uint32_t parameters = router::count_parameters(*text, session.state().sql_mode);
        co_return co_await execute(session, *text, parameters, what);
    }
    const NamedStatement* const named = session.prepared().find(what.name);
    if (named == nullptr) co_return co_await session.send_error(unknown_handler(what.name, "EXECUTE"));
    // Its own copy: the statement may be a COMMIT that resets what was prepared.
    const NamedStatement statement = *named;
    co_return co_await execute(session, statement.sql, statement.parameters, what);
}

net::Task<Flow> run_deallocate_text(Session& session, const router::DeallocateText& end) {
    if (!session.prepared().erase(end.name))
        co_return co_await session.send_error(unknown_handler(end.name, "DEALLOCATE PREPARE"));
    session.site().process().statements_left(1);
    co_return co_await session.send_ok();
}

}  // namespace leasehold::proxy
