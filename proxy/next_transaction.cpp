#include "proxy/next_transaction.h"

#include <algorithm>
#include <cctype>

#include "base/mysql_errors.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint16_t cannot_change_in_transaction = 1568;

// As the variable numbers them.
constexpr std::string_view levels[] = {"READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ",
                                       "SERIALIZABLE"};

bool is_next(const router::Assignment& assignment) {
    return assignment.scope == router::VariableScope::next_transaction;
}

// Without quotes, in upper case, with spaces for hyphens.
std::string words_of(std::string_view value) {
    if (value.size() >= 2 && (value.front() == '\'' || value.front() == '"')) {
        value = value.substr(1, value.size() - 2);
    }
    std::string words(value);
    std::ranges::transform(words, words.begin(), [](const char c) {
        return c == '-' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    return words;
}

}  // namespace

std::optional<std::string> transaction_characteristic(const router::Assignment& assignment) {
    const std::string value = words_of(assignment.value_sql);
    if (assignment.name.ends_with("isolation")) {
        for (std::size_t i = 0; i < std::size(levels); ++i) {
            if (value == levels[i] || value == std::to_string(i))
                return "ISOLATION LEVEL " + std::string(levels[i]);
        }
        return std::nullopt;
    }
    if (value == "1" || value == "ON" || value == "TRUE") return "READ ONLY";
    if (value == "0" || value == "OFF" || value == "FALSE") return "READ WRITE";
    return std::nullopt;
}

std::string without_characteristic(const std::string& known, bool isolation) {
    std::string all;
    for (std::size_t at = 0; at < known.size();) {
        const std::size_t end = std::min(known.find(", ", at), known.size());
        const std::string part = known.substr(at, end - at);
        if (part.starts_with("ISOLATION") != isolation) all += (all.empty() ? "" : ", ") + part;
        at = end + 2;
    }
    return all;
}

std::string with_characteristic(const std::string& known, const std::string& one) {
    const std::string others = without_characteristic(known, one.starts_with("ISOLATION"));
    return others.empty() ? one : others + ", " + one;
}

bool sets_next_transaction(const router::Plan& plan) {
    const auto& assignments = plan.effects.assignments;
    if (plan.effects.set.has(router::Effect::unknown)) return false;  // the tablet says what is wrong with it
    return plan.kind == router::StatementKind::set && !assignments.empty() &&
           std::ranges::all_of(assignments, is_next);
}

net::Task<Flow> run_set_next_transaction(Session& session, const router::Plan& plan) {
    ClientState& state = session.state();
    if (state.transaction.open || session.held().in_transaction()) {
        co_return co_await session.send_error(
            make_error(cannot_change_in_transaction,
                       "Transaction characteristics can't be changed while a transaction is in progress"));
    }
    // Each statement adds: SET TRANSACTION READ ONLY leaves the isolation level that was set before it.
    std::string characteristics = state.transaction.next_characteristics;
    for (const router::Assignment& assignment : plan.effects.assignments) {
        if (words_of(assignment.value_sql) == "DEFAULT") {
            characteristics = without_characteristic(characteristics, assignment.name.ends_with("isolation"));
            continue;
        }
        const std::optional<std::string> one = transaction_characteristic(assignment);
        if (!one) {
            co_return co_await session.send_error(make_error(
                mysql_error::wrong_value_for_variable,
                "Variable '" + assignment.name + "' can't be set to the value of " + assignment.value_sql));
        }
        characteristics = with_characteristic(characteristics, *one);
    }
    state.transaction.next_characteristics = std::move(characteristics);
    co_return co_await session.send_ok();
}

}  // namespace leasehold::proxy
