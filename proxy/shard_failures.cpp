#include "proxy/shard_failures.h"

#include <algorithm>

#include "proxy/admin_table.h"
#include "router/directives.h"
#include "router/sql/parser.h"

namespace leasehold::proxy {

ShardFailures::ShardFailures(Session& session, const router::Plan& plan, std::string_view sql)
    : session_(session) {
    const ClientState& state = session.state();
    asked_ = plan.kind == router::StatementKind::select && plan.read_only && state.autocommit &&
             !state.transaction.open && router::directives_of(sql).scatter_errors_as_warnings;
}

bool ShardFailures::forgiven() const {
    return asked_ && !session_.interrupt().raised();
}

void ShardFailures::add(std::uint16_t keyspace, std::uint16_t shard, const Error& error) {
    const router::Keyspace& of = session_.site().world()->topology->keyspaces[keyspace];
    failures_.push_back({error.code, of.name + "/" + of.shards[shard].name + ": " + error.message});
}

bool ShardFailures::leave_out(router::Route& route, std::uint16_t shard, const Error& error) {
    if (route.shards.size() < 2) return false;
    add(route.keyspace, shard, error);
    std::erase_if(route.shards, [&](const router::ShardQuery& query) { return query.shard == shard; });
    return true;
}

void ShardFailures::tell() {
    session_.state().shard_failures = std::move(failures_);
}

void forget_failures(Session& session, const router::Plan& plan) {
    std::vector<ShardFailure>& failures = session.state().shard_failures;
    if (!failures.empty() && !plan.effects.set.has(router::Effect::reads_previous)) failures.clear();
}

bool asks_for_failures(const Session& session, const router::Plan& plan) {
    return !session.state().shard_failures.empty() && plan.kind == router::StatementKind::show &&
           plan.effects.set.has(router::Effect::reads_previous);
}

net::Task<Flow> show_failures(Session& session, std::string_view sql) {
    const router::ParseTree tree = router::parse(sql, {session.state().sql_mode});
    const auto* show = tree.as<router::ShowStatement>();
    const std::vector<ShardFailure>& failures = session.state().shard_failures;
    Table table;
    if (show != nullptr && show->what == router::ShowWhat::count_warnings) {
        table.columns = {wire::integer_column("@@session.warning_count")};
        table.rows = {{std::to_string(failures.size())}};
    } else {
        table.columns = {wire::text_column("Level"), wire::integer_column("Code"),
                         wire::text_column("Message")};
        const bool warnings = show != nullptr && show->what == router::ShowWhat::warnings;
        for (const ShardFailure& failure : failures) {
            if (warnings) table.rows.push_back({"Warning", std::to_string(failure.code), failure.message});
        }
    }
    const wire::Bytes bytes = encode(table, session.capabilities(), 1, session.status());
    co_return co_await session.send(bytes);
}

}  // namespace leasehold::proxy
