#include "proxy/session_answers.h"

#include "proxy/found_rows.h"
#include "router/session_values.h"
#include "router/text_literal.h"

namespace leasehold::proxy {
namespace {

// What DATABASE() is for the client; nothing: the tablet's answer is right.
std::optional<std::string> database_of(const Session& session) {
    const std::string& name = session.state().target.keyspace;
    if (name.empty()) return "NULL";
    if (!session.state().target.schema.empty()) return std::nullopt;
    const router::Topology& topology = *session.site().world()->topology;
    const auto keyspace = topology.find_keyspace(name);
    if (!keyspace || topology.keyspaces[*keyspace].database == name) return std::nullopt;
    return router::text_literal(name);
}

// With the type that the variable has, BIGINT UNSIGNED.
std::string seconds(std::chrono::seconds number) {
    return "CAST(" + std::to_string(number.count()) + " AS UNSIGNED)";
}

std::string host_of(const std::string& address) {
    return address.substr(0, address.rfind(':'));
}

}  // namespace

void note_answer(ClientState& state, const router::Plan& plan, const RelayEnd& end) {
    state.failed = end.error_code != 0;
    if (state.failed) {
        state.row_count = -1;
        return;
    }
    // GET DIAGNOSTICS leaves what it tells of.
    if (!end.result_set && plan.effects.set.has(router::Effect::reads_previous)) return;
    if (end.result_set) {
        state.row_count = -1;
        if (counts_answer(plan)) state.found_rows = end.last_rows;
    } else {
        state.row_count = static_cast<std::int64_t>(end.last_affected_rows);
        // What its statements found only the connection knows, which is kept.
        if (plan.effects.set.has(router::Effect::calls_procedure)) state.found_rows.reset();
        if (const auto found = found_without_rows(plan, end.last_affected_rows, end.records))
            state.found_rows = found;
    }
    if (plan.effects.set.has(router::Effect::calculates_found_rows)) state.found_rows.reset();
}

std::optional<std::string> with_session_values(const Session& session, const router::Plan& plan,
                                               std::string_view sql, Counts counts) {
    if (!plan.effects.set.has(router::Effect::reads_session)) return std::nullopt;
    const ClientState& state = session.state();
    router::SessionValues values;
    values.connection_id = session.id();
    if (counts == Counts::of_session) {
        values.row_count = state.row_count;
        values.found_rows = state.found_rows;
    }
    values.database = database_of(session);
    values.user = router::text_literal(state.login.user + "@" + host_of(session.address()));
    if (state.idle_timeouts.wait) {
        values.wait_timeout = seconds(*state.idle_timeouts.wait);
    } else if (state.idle_timeouts.unset == IdleDefault::interactive_timeout) {
        values.wait_timeout = "@@global.interactive_timeout";  // which a server begins with then
    }
    if (state.idle_timeouts.interactive)
        values.interactive_timeout = seconds(*state.idle_timeouts.interactive);
    values.current_user = router::text_literal(state.login.user + "@%");
    return router::with_session_values(sql, state.sql_mode, values);
}

}  // namespace leasehold::proxy
