#include "proxy/idle_timeouts.h"

#include <algorithm>
#include <charconv>

#include "proxy/aftermath.h"
#include "proxy/prelude.h"
#include "proxy/session.h"

namespace leasehold::proxy {
namespace {

constexpr std::string_view wait_timeout = "wait_timeout";
constexpr std::string_view interactive_timeout = "interactive_timeout";

std::optional<std::chrono::seconds> seconds_of(std::string_view text) {
    std::uint32_t seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return std::chrono::seconds(seconds);
}

bool is_default(std::string_view sql) {
    constexpr std::string_view word = "default";
    return std::ranges::equal(sql, word, [](char a, char b) { return (a | 0x20) == b; });
}

std::optional<std::chrono::seconds>& slot(IdleTimeouts& timeouts, std::string_view variable) {
    return variable == wait_timeout ? timeouts.wait : timeouts.interactive;
}

bool is_ours(const router::Assignment& assignment) {
    return assignment.scope == router::VariableScope::session && is_idle_timeout(assignment.name);
}

}  // namespace

IdleTimeouts idle_timeouts_anew(bool interactive, bool mariadb) {
    IdleTimeouts timeouts;
    if (interactive && !mariadb) timeouts.unset = IdleDefault::interactive_timeout;
    return timeouts;
}

bool is_idle_timeout(std::string_view variable) {
    return variable == wait_timeout || variable == interactive_timeout;
}

bool sets_idle_timeout(const router::Effects& effects, const Answer& answer) {
    if (answer.failed) return false;
    return std::ranges::any_of(effects.assignments, is_ours) ||
           std::ranges::any_of(answer.variables, [](const auto& v) { return is_idle_timeout(v.first); });
}

IdleTimeouts idle_timeouts_after(IdleTimeouts before, const router::Effects& effects, const Answer& answer) {
    IdleTimeouts after = before;
    for (const router::Assignment& assignment : effects.assignments) {
        if (is_ours(assignment)) slot(after, assignment.name) = seconds_of(assignment.value_sql);
    }
    for (const auto& [name, value] : answer.variables) {
        if (is_idle_timeout(name)) slot(after, name) = seconds_of(value);
    }
    for (const router::Assignment& assignment : effects.assignments) {
        if (!is_ours(assignment) || !is_default(assignment.value_sql)) continue;
        slot(after, assignment.name).reset();
        if (assignment.name == wait_timeout) after.unset = IdleDefault::wait_timeout;
    }
    return after;
}

net::Task<void> take_idle_timeouts(Session& session, pool::Connection& connection,
                                   const router::Effects& effects, const Answer& answer) {
    IdleTimeouts& timeouts = session.state().idle_timeouts;
    timeouts = idle_timeouts_after(timeouts, effects, answer);
    const Result<void> restored = co_await run_quietly(
        session, connection, "SET SESSION wait_timeout = DEFAULT, SESSION interactive_timeout = DEFAULT");
    if (!restored) connection.condition.stream_lost = true;
}

std::chrono::milliseconds patience_with(const IdleTimeouts& timeouts, const config::Limits& limits,
                                        bool in_transaction) {
    const std::chrono::milliseconds unset = timeouts.unset == IdleDefault::interactive_timeout
                                                ? limits.interactive_idle_timeout
                                                : limits.client_idle_timeout;
    const std::chrono::milliseconds idle = timeouts.wait ? *timeouts.wait : unset;
    const std::chrono::milliseconds in_one = limits.idle_transaction_timeout;
    if (!in_transaction || in_one.count() == 0) return idle;
    return timeouts.wait ? std::min(idle, in_one) : in_one;
}

}  // namespace leasehold::proxy
