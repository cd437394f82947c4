#include "proxy/insert_id.h"

#include <charconv>

#include "proxy/tablet_rows.h"

namespace leasehold::proxy {
namespace {

using router::Effect;

net::Task<Result<std::uint64_t>> read_insert_id(Session& session, pool::Connection& connection) {
    // LIMIT: the session's sql_select_limit may be 0.
    const Result<SmallAnswer> answer = co_await ask(session, connection, "SELECT LAST_INSERT_ID() LIMIT 1");
    if (!answer) co_return answer.error();
    const std::string digits = answer->text(0, 0);
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    co_return number;
}

}  // namespace

bool changes_insert_id_unseen(const router::Effects& effects) {
    const router::EffectSet& set = effects.set;
    return set.has(Effect::sets_last_insert_id) || set.has(Effect::calls_procedure) ||
           set.has(Effect::text_execute);
}

bool may_mistake_insert_id(const router::Plan& plan, const pool::Connection& connection,
                           const RequestMaker& maker) {
    switch (plan.kind) {
        case router::StatementKind::insert:
        case router::StatementKind::replace:
            if (!connection.insert_id) return true;
            if (*connection.insert_id == 0) return false;
            return plan.inserts_unseen_values || maker.says(*connection.insert_id);
        case router::StatementKind::load_data:
            return connection.insert_id != 0;
        default:
            return false;
    }
}

bool insert_id_is_doubtful(const router::Plan& plan, const RelayEnd& end, const RequestMaker& maker) {
    if (end.error_code != 0) return false;
    if (changes_insert_id_unseen(plan.effects)) return true;
    if (end.last_insert_id == 0) return false;
    switch (plan.kind) {
        case router::StatementKind::insert:
        case router::StatementKind::replace:
            return plan.inserts_unseen_values || maker.says(end.last_insert_id);
        default:
            return true;  // LOAD DATA, UPDATE, several statements
    }
}

net::Task<Result<void>> settle_insert_id(Session& session, pool::Connection& connection,
                                         const router::Plan& plan, RelayEnd& end) {
    if (end.answer.warnings > 0) {
        end.insert_id_doubtful = true;
        co_return Result<void>();
    }
    const Result<std::uint64_t> id = co_await read_insert_id(session, connection);
    if (!id) co_return id.error();
    connection.insert_id = *id;
    // The connection was told the session's own before: whatever it has now is right.
    end.insert_id_read = changes_insert_id_unseen(plan.effects);
    // Otherwise what it has is what was generated, or what it had before, which is another number or the
    // session's own.
    end.last_insert_id = end.insert_id_read || *id == end.last_insert_id ? *id : 0;
    co_return Result<void>();
}

net::Task<void> resolve_insert_id(Session& session) {
    ClientState& state = session.state();
    const DoubtfulInsertId doubt = *state.doubtful_insert_id;
    state.doubtful_insert_id.reset();
    for (HeldLease& held : session.held().all()) {
        if (held.pool != doubt.on) continue;
        const Result<std::uint64_t> id = co_await read_insert_id(session, *held.lease);
        if (!id) co_return;  // the next statement finds out
        held.lease->insert_id = *id;
        // As above.
        if (*id == state.last_insert_id) co_return;
        state.last_insert_id = doubt.before.value_or(*id);
        if (doubt.before) {
            held.lease->insert_id_of = 0;
            state.last_insert_on = nullptr;
        }
        co_return;
    }
}

}  // namespace leasehold::proxy
