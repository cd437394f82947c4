#include "proxy/aftermath.h"

#include <algorithm>

#include "proxy/advisory_locks.h"

namespace leasehold::proxy {
namespace {

using pool::Reason;
using router::Effect;

// Reasons that an effect adds when its statement succeeds.
constexpr std::pair<Effect, Reason> added_by[] = {
    {Effect::locks_tables, Reason::lock_tables},  {Effect::global_read_lock, Reason::global_read_lock},
    {Effect::text_prepare, Reason::text_prepare}, {Effect::calculates_found_rows, Reason::previous_statement},
    {Effect::opens_handler, Reason::handler},     {Effect::xa, Reason::xa},
    {Effect::calls_procedure, Reason::procedure}, {Effect::unknown, Reason::unknown_statement},
};

bool assigns_only_plain_user_variables(const router::Effects& effects) {
    return !effects.assignments.empty() && std::all_of(effects.assignments.begin(), effects.assignments.end(),
                                                       [](const router::Assignment& a) {
                                                           return a.scope != router::VariableScope::user ||
                                                                  a.literal;
                                                       });
}

// What the server reports after SET SESSION TRANSACTION: MariaDB 10.11 calls its variables tx_isolation and
// tx_read_only.
const std::pair<std::string, std::string>* transaction_variable(const Answer& answer, std::string_view name) {
    const std::string_view other = name == "transaction_isolation"   ? "tx_isolation"
                                   : name == "transaction_read_only" ? "tx_read_only"
                                                                     : "";
    if (other.empty()) return nullptr;
    for (const auto& variable : answer.variables) {
        if (variable.first == other || variable.first == name) return &variable;
    }
    return nullptr;
}

// The words of the statement tell what it changed.
bool tells_its_changes(const router::EffectSet& set) {
    constexpr Effect telling[] = {Effect::makes_temporary_table, Effect::drops_table,
                                  Effect::text_prepare,          Effect::text_execute,
                                  Effect::text_deallocate,       Effect::sets_user_variable,
                                  Effect::sets_variable,         Effect::unknown};
    return std::any_of(std::begin(telling), std::end(telling), [&](Effect e) { return set.has(e); });
}

bool is_insert_id(std::string_view name) {
    return name == "last_insert_id" || name == "identity";
}

// Variables that the next statement uses up: told to every connection they would be used again and again.
bool is_for_one_statement(std::string_view name) {
    return name == "insert_id" || name == "rand_seed1" || name == "rand_seed2" || name == "gtid_next";
}

bool is_number(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

bool may_reserve(const router::Effects& effects, const ClientState& state) {
    if (!state.autocommit || state.transaction.open) return true;
    const router::EffectSet& set = effects.set;
    if (set.has(Effect::takes_advisory_lock) || set.has(Effect::makes_temporary_table) ||
        set.has(Effect::begins_transaction)) {
        return true;
    }
    if (set.has(Effect::sets_user_variable) && !assigns_only_plain_user_variables(effects)) return true;
    return std::any_of(std::begin(added_by), std::end(added_by),
                       [&](const auto& entry) { return set.has(entry.first); });
}

pool::ReasonSet reasons_after(pool::ReasonSet before, const router::Effects& effects, const Answer& answer,
                              SessionMarks& marks) {
    pool::ReasonSet reasons = before;
    const router::EffectSet& set = effects.set;
    reasons.remove(Reason::previous_statement);
    reasons.remove(Reason::transaction);
    if (answer.in_transaction) reasons.add(Reason::transaction);
    if (answer.cursor_open) reasons.add(Reason::cursor);
    if (marks.cursors.empty()) reasons.remove(Reason::cursor);
    // The client may ask for the warnings or the error, which only this connection can tell.
    if (answer.warnings > 0 || answer.failed ||
        (set.has(Effect::reads_previous) && before.has(Reason::previous_statement))) {
        reasons.add(Reason::previous_statement);
    }
    // The marks say what the connection holds by now. A statement that failed may have taken its lock.
    const bool holds_lock = !marks.advisory_locks.empty() || marks.unnamed_lock;
    if (!holds_lock) reasons.remove(Reason::advisory_lock);
    if (holds_lock && concerns_locks(effects)) reasons.add(Reason::advisory_lock);
    if (answer.failed) return reasons;

    // A stored function or a trigger made a temporary table, or set a variable.
    if (answer.state_changed && !tells_its_changes(set)) reasons.add(Reason::procedure);
    if (set.has(Effect::makes_temporary_table)) {
        for (const std::string& table : effects.tables) {
            if (std::find(marks.temporary_tables.begin(), marks.temporary_tables.end(), table) ==
                marks.temporary_tables.end()) {
                marks.temporary_tables.push_back(table);
            }
        }
        reasons.add(Reason::temporary_table);
    } else if (set.has(Effect::drops_table)) {
        std::erase_if(marks.temporary_tables, [&](const std::string& table) {
            return std::find(effects.tables.begin(), effects.tables.end(), table) != effects.tables.end();
        });
        if (marks.temporary_tables.empty()) reasons.remove(Reason::temporary_table);
    }
    if (set.has(Effect::unlocks_tables) || set.has(Effect::begins_transaction))
        reasons.remove(Reason::lock_tables);
    if (set.has(Effect::unlocks_tables)) reasons.remove(Reason::global_read_lock);
    if (set.has(Effect::closes_handler)) reasons.remove(Reason::handler);
    if (set.has(Effect::text_prepare)) marks.prepared.insert(effects.prepared_name);
    if (set.has(Effect::text_deallocate)) {
        marks.prepared.erase(effects.prepared_name);
        if (marks.prepared.empty()) reasons.remove(Reason::text_prepare);
    }
    for (const auto& [effect, reason] : added_by) {
        if (set.has(effect)) reasons.add(reason);
    }
    if (set.has(Effect::sets_user_variable) && !assigns_only_plain_user_variables(effects)) {
        reasons.add(Reason::user_variable);
    }
    return reasons;
}

std::string value_as_sql(std::string_view tracked_value) {
    if (is_number(tracked_value)) return std::string(tracked_value);
    std::string sql = "'";
    for (const char c : tracked_value) {
        if (c == '\'' || c == '\\') sql += c;
        sql += c;
    }
    return sql + "'";
}

SettingsAfter settings_after(const pool::SettingsRef& before, const router::Effects& effects,
                             const Answer& answer, pool::SettingsTable& table) {
    pool::Settings::Values values = before ? before->values() : pool::Settings::Values();
    SettingsAfter after;
    const auto put = [&](std::string_view name, std::string value) {
        const auto at =
            std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
        if (at == values.end()) {
            values.emplace_back(name, std::move(value));
        } else {
            at->second = std::move(value);
        }
    };
    const auto tracked = [&](std::string_view name) -> const std::string* {
        for (const auto& [variable, value] : answer.variables) {
            if (variable == name) return &value;
        }
        return nullptr;
    };
    constexpr std::string_view character_sets[] = {"character_set_client", "character_set_connection",
                                                   "character_set_results", "collation_connection"};
    for (const router::Assignment& assignment : effects.assignments) {
        switch (assignment.scope) {
            case router::VariableScope::global:
            case router::VariableScope::persist:
                break;
            case router::VariableScope::next_transaction:
                after.untracked = true;  // among others in one SET: it stays where it was carried out
                break;
            case router::VariableScope::user:
                if (assignment.literal) put("@" + assignment.name, assignment.value_sql);
                break;
            case router::VariableScope::session:
                if (is_insert_id(assignment.name)) break;     // the session's own, see proxy/insert_id.h
                if (is_idle_timeout(assignment.name)) break;  // likewise, see proxy/idle_timeouts.h
                if (is_for_one_statement(assignment.name)) {
                    after.untracked = true;
                    break;
                }
                // SET SESSION TRANSACTION sets a variable whose name differs between servers: the server says
                // which.
                if (const auto* variable = transaction_variable(answer, assignment.name)) {
                    put(variable->first, value_as_sql(variable->second));
                } else if (assignment.literal) {
                    put(assignment.name, assignment.value_sql);
                } else if (const std::string* value = tracked(assignment.name)) {
                    put(assignment.name, value_as_sql(*value));
                } else {
                    after.untracked = true;
                }
                break;
            case router::VariableScope::names:
                std::erase_if(values, [&](const auto& v) {
                    return std::find(std::begin(character_sets), std::end(character_sets), v.first) !=
                           std::end(character_sets);
                });
                put(pool::Settings::names, assignment.value_sql);
                break;
            case router::VariableScope::character_set:
                if (tracked("character_set_client") == nullptr) {
                    after.untracked = true;
                    break;
                }
                for (const std::string_view name : character_sets) {
                    if (const std::string* value = tracked(name)) put(name, value_as_sql(*value));
                }
                break;
        }
    }
    after.settings = table.intern(std::move(values));
    return after;
}

}  // namespace leasehold::proxy
