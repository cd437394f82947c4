#include "proxy/select_limit.h"

#include <optional>
#include <string>

#include "proxy/gather.h"
#include "router/select_limit.h"

namespace leasehold::proxy {
namespace {

constexpr std::string_view variable = "sql_select_limit";

// The session's settings with another value for the variable, as long as this is.
class LimitAside {
  public:
    explicit LimitAside(Session& session)
        : session_(session), value_(session.state().settings->find(variable).value_or("DEFAULT")) {
        set(std::to_string(router::no_select_limit));
    }
    ~LimitAside() { set(value_); }
    LimitAside(const LimitAside&) = delete;
    LimitAside& operator=(const LimitAside&) = delete;

  private:
    void set(const std::string& value) {
        pool::SettingsRef& settings = session_.state().settings;
        settings = session_.site().settings().with(settings, variable, value);
    }

    Session& session_;
    std::string value_;
};

net::Task<Flow> run_with_limit(Session& session, const std::string& text, const StatementSource& source) {
    const LimitAside aside(session);
    const Result<router::PlannedStatement> planned =
        session.site().plans().plan(text, plan_context(session, source.prepared != nullptr));
    if (!planned) co_return co_await session.send_error(planned.error());
    if (source.prepared == nullptr) {
        const StatementSource limited{text, planned->literals, {}, {}, nullptr, nullptr};
        co_return co_await run_plan(session, planned->plan, limited);
    }
    PreparedStatement running = *source.prepared;
    running.text = session.site().prepared_texts().intern(text);
    running.plan = planned->plan;
    StatementSource limited = source;
    limited.sql = running.text->sql;
    limited.prepared = &running;
    co_return co_await run_plan(session, planned->plan, limited);
}

std::optional<std::uint64_t> limit_of(const Session& session) {
    const auto value = session.state().settings->find(variable);
    return value ? router::select_limit_of(*value) : router::no_select_limit;
}

}  // namespace

bool limits_select(const Session& session, const router::Plan& plan) {
    const ClientState& state = session.state();
    if (!state.settings || plan.kind != router::StatementKind::select || !plan.returns_rows) return false;
    const bool several = plan.opcode == router::Opcode::scatter || plan.opcode == router::Opcode::in ||
                         plan.opcode == router::Opcode::subshard || plan.opcode == router::Opcode::equal;
    return several && limit_of(session) != router::no_select_limit;
}

net::Task<Flow> run_limited(Session& session, router::PlanRef plan, const StatementSource& source) {
    const std::optional<std::uint64_t> limit = limit_of(session);
    router::LimitedSelect select;
    if (limit) select = router::with_limit(source.sql, session.state().sql_mode, *limit);
    switch (select.own) {
        case router::OwnLimit::has: {
            const LimitAside aside(session);
            co_return co_await run_plan(session, plan, source);
        }
        case router::OwnLimit::can_get:
            co_return co_await run_with_limit(session, select.text, source);
        case router::OwnLimit::unknown:
            break;
    }
    // The server applies the setting itself where the rows are brought together.
    co_return co_await run_gathered(session, source);
}

}  // namespace leasehold::proxy
