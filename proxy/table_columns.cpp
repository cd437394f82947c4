#include "proxy/table_columns.h"

#include "base/mysql_errors.h"
#include "proxy/gather_source.h"
#include "router/sql/fold.h"
#include "router/table_transfer.h"

namespace leasehold::proxy {
namespace {

std::string literal(std::string_view text) {
    std::string sql;
    router::append_stored_literal(sql, router::Transfer::json, text);
    return sql;
}

std::string next_text(wire::Reader& reader) {
    const std::optional<wire::BytesView> value = reader.lenenc_or_null();
    return router::to_lower(value ? wire::to_text(*value) : std::string_view());
}

net::Task<Result<void>> learn(Session& session, const router::KeyspaceTable& table) {
    Result<std::vector<TableColumn>> columns = co_await table_columns(session, table, 0);
    if (!columns) co_return columns.error();
    std::vector<std::string> names;
    for (TableColumn& column : *columns) {
        if (!column.invisible) names.push_back(std::move(column.name));
    }
    if (names.empty()) {
        const router::Keyspace& keyspace = session.site().world()->topology->keyspaces[table.keyspace];
        co_return make_error(mysql_error::no_such_table,
                             "Table '" + keyspace.name + "." + table.table + "' doesn't exist");
    }
    session.site().learn_columns(table, std::move(names));
    co_return Result<void>();
}

}  // namespace

net::Task<Result<std::vector<TableColumn>>> table_columns(Session& session,
                                                          const router::KeyspaceTable& table,
                                                          std::uint16_t shard) {
    const router::Keyspace& keyspace = session.site().world()->topology->keyspaces[table.keyspace];
    const std::string sql =
        "SELECT COLUMN_NAME, DATA_TYPE, EXTRA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = " +
        literal(keyspace.database) + " AND TABLE_NAME = " + literal(table.table) +
        " ORDER BY ORDINAL_POSITION LIMIT 10000";
    GatherSource source(session, table.keyspace);
    const std::vector<std::uint16_t> one{shard};
    const Result<void> asked = co_await source.open(one, sql);
    if (!asked) co_return asked.error();
    std::vector<TableColumn> columns;
    for (;;) {
        const Result<bool> more = co_await source.next();
        if (!more) co_return more.error();
        if (!*more) co_return std::move(columns);
        wire::Reader reader(source.row());
        TableColumn& column = columns.emplace_back();
        column.name = next_text(reader);
        column.data_type = next_text(reader);
        const std::string extra = next_text(reader);
        column.generated = extra.find("generated") != std::string::npos &&
                           extra.find("default_generated") == std::string::npos;
        column.invisible = extra.find("invisible") != std::string::npos;
    }
}

net::Task<Result<router::PlannedStatement>> plan_with_columns(Session& session, std::string_view sql,
                                                              bool prepared) {
    const router::PlanContext context = plan_context(session, prepared);
    Result<router::PlannedStatement> planned = session.site().plans().plan(sql, context);
    if (!planned || !planned->plan->wants_columns) co_return planned;
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, *planned->plan, sql);
    const Result<void> learned = co_await learn(session, *planned->plan->wants_columns);
    if (!learned) co_return learned.error();
    co_return session.site().plans().plan(sql, context);
}

net::Task<Flow> run_with_learned_columns(Session& session, const StatementSource& source) {
    if (session.site().columns_expired()) session.site().forget_columns();
    const Result<router::PlannedStatement> planned =
        co_await plan_with_columns(session, source.sql, source.prepared != nullptr);
    if (!planned) co_return co_await session.send_error(planned.error());
    StatementSource with_values = source;
    if (source.prepared == nullptr) with_values.values = planned->literals;
    co_return co_await run_plan(session, planned->plan, with_values);
}

void forget_columns_after(Session& session, const router::Plan& plan) {
    const bool changes_tables =
        plan.kind == router::StatementKind::ddl || plan.effects.set.has(router::Effect::unknown);
    if (!changes_tables) return;
    session.site().forget_columns();  // at once: the session may have its next statement already
    session.site().process().forget_columns();
}

}  // namespace leasehold::proxy
