#include "proxy/advisory_locks.h"

#include <algorithm>

#include "proxy/tablet_rows.h"

namespace leasehold::proxy {
namespace {

using router::Effect;

constexpr std::size_t max_name = 64;  // in characters; MySQL refuses longer ones

// Notes what the statement may have taken.
void note_taken(SessionMarks& marks, const router::Effects& effects, const RequestMaker& maker) {
    if (effects.advisory_lock_unnamed) marks.unnamed_lock = true;
    const auto note = [&](const std::string& name) {
        if (can_be_asked_for(name)) {
            marks.advisory_locks.insert(name);
        } else {
            marks.unnamed_lock = true;
        }
    };
    for (const std::string& name : effects.advisory_locks) note(name);
    for (const std::size_t parameter : effects.advisory_lock_parameters) {
        note(maker.text_parameter(parameter).value_or(std::string()));
    }
}

}  // namespace

bool concerns_locks(const router::Effects& effects) {
    const router::EffectSet& set = effects.set;
    return set.has(Effect::takes_advisory_lock) || set.has(Effect::frees_advisory_lock) ||
           set.has(Effect::frees_all_advisory_locks);
}

bool can_be_asked_for(std::string_view name) {
    return !name.empty() && name.size() <= max_name &&
           std::ranges::all_of(name, [](const char c) { return c >= ' ' && c <= '~'; });
}

// In hexadecimal digits: no sql_mode reads them in another way.
std::string locks_question(const Names& names) {
    constexpr char digits[] = "0123456789abcdef";
    std::string sql;
    for (const std::string& name : names) {
        sql += sql.empty() ? "SELECT " : ", ";
        sql += "IS_USED_LOCK(0x";
        for (const char c : name) {
            const auto byte = static_cast<unsigned char>(c);
            sql += digits[byte >> 4];
            sql += digits[byte & 15];
        }
        sql += ") <=> CONNECTION_ID()";
    }
    return sql + " LIMIT 1";  // the session's sql_select_limit may be 0
}

net::Task<void> settle_locks(Session& session, pool::Connection& connection, const router::Effects& effects,
                             const RequestMaker& maker, const RelayEnd& end) {
    SessionMarks& marks = session.state().marks;
    const bool failed = end.error_code != 0;
    if (effects.set.has(Effect::frees_all_advisory_locks) && !failed) {
        marks.advisory_locks.clear();
        marks.unnamed_lock = false;
    }
    if (effects.set.has(Effect::takes_advisory_lock)) note_taken(marks, effects, maker);
    if (failed || end.answer.warnings > 0 || marks.advisory_locks.empty()) co_return;
    std::string question = locks_question(marks.advisory_locks);
    const Result<SmallAnswer> held = co_await ask(session, connection, std::move(question));
    if (!held) co_return;  // the connection is lost, and its locks with it: the next statement finds out
    Names still;
    std::size_t at = 0;
    for (const std::string& name : marks.advisory_locks) {
        if (held->text(0, at++) == "1") still.insert(name);
    }
    marks.advisory_locks = std::move(still);
}

}  // namespace leasehold::proxy
