#include "proxy/catalog.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "proxy/own_rows.h"
#include "proxy/query.h"
#include "proxy/shard_statement.h"
#include "router/catalog.h"
#include "router/catalog_statistics.h"
#include "router/sql/fold.h"

namespace leasehold::proxy {
namespace {

using Columns = std::shared_ptr<const router::CatalogTables>;

// In the order of the columns; names of tables and columns are ASCII.
constexpr std::string_view columns_query =
    "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
    "'information_schema' "
    "ORDER BY TABLE_NAME, ORDINAL_POSITION";

Columns to_columns(const std::vector<router::TextRow>& rows) {
    auto tables = std::make_shared<router::CatalogTables>();
    for (const router::TextRow& row : rows) {
        if (row.size() != 2 || !row[0] || !row[1]) continue;
        router::CatalogTable& table = (*tables)[router::to_lower(*row[0])];
        table.name = *row[0];
        table.columns.push_back(*row[1]);
    }
    return tables;
}

// The reference tables of a keyspace: every shard has a copy.
std::set<std::string, std::less<>> copies_in(const router::Keyspace& keyspace) {
    std::set<std::string, std::less<>> names;
    for (const auto& [name, table] : keyspace.vschema.tables) {
        if (table.type == router::TableType::reference) names.insert(name);
    }
    return names;
}

class Catalog {
  public:
    Catalog(Session& session, std::uint16_t keyspace, std::uint16_t shard)
        : session_(session), world_(session.site().world()), keyspace_(keyspace), shard_(shard) {
        view_.names.push_back({of().database, of().name});
        view_.renames = of().database != of().name;
        view_.headings_as_written = world_->identity.mariadb;
        add_neighbours();
    }

    bool renames() const { return view_.renames; }
    const router::CatalogView& view() const { return view_; }

    net::Task<Result<void>> learn_columns() {
        Site& site = session_.site();
        const pool::Tablet* const tablet = world_->tablets[keyspace_][shard_].primary.get();
        columns_ = site.catalog_columns(tablet);
        if (columns_ == nullptr) {
            const std::vector<std::uint16_t> one{shard_};
            Result<ShardAnswers> rows =
                co_await ask_shards(session_, keyspace_, one, std::string(columns_query));
            if (!rows) co_return rows.error();
            columns_ = to_columns(rows->front());
            site.keep_catalog_columns(tablet, columns_);
        }
        view_.tables = columns_.get();
        co_return Result<void>();
    }

    net::Task<Result<void>> add_up(router::StatisticsOf of_what,
                                   std::optional<std::vector<router::TextRow>>& into) {
        std::vector<std::uint16_t> shards(of().shards.size());
        std::iota(shards.begin(), shards.end(), std::uint16_t{0});
        std::string sql = router::statistics_query(of_what, of().database);
        const Result<ShardAnswers> rows = co_await ask_shards(session_, keyspace_, shards, std::move(sql));
        if (!rows) co_return rows.error();
        into = router::sum_statistics(of_what, *rows, copies_in(of()));
        co_return Result<void>();
    }

    net::Task<Result<void>> add_up(router::CatalogUse use) {
        if (router::sums_tables(use)) {
            Result<void> added = co_await add_up(router::StatisticsOf::tables, view_.table_sums);
            if (!added) co_return added;
        }
        if (router::sums_partitions(use))
            co_return co_await add_up(router::StatisticsOf::partitions, view_.partition_sums);
        co_return Result<void>();
    }

  private:
    const router::Keyspace& of() const { return world_->topology->keyspaces[keyspace_]; }

    // Other keyspaces on the same server, as far as the user may use them.
    void add_neighbours() {
        const std::string& address = world_->tablets[keyspace_][shard_].primary->address();
        const UserAccount* account = world_->find_user(session_.state().login.user);
        const auto& keyspaces = world_->topology->keyspaces;
        for (std::size_t i = 0; i < keyspaces.size(); ++i) {
            if (i == keyspace_) continue;
            const bool here = std::ranges::any_of(world_->tablets[i], [&](const ShardTablets& tablets) {
                return tablets.primary != nullptr && tablets.primary->address() == address;
            });
            const bool taken = std::ranges::any_of(view_.names, [&](const router::CatalogName& name) {
                return name.database == keyspaces[i].database;
            });
            if (!here || taken) continue;
            const bool allowed = account != nullptr && account->may_use(keyspaces[i].name);
            if (allowed) view_.names.push_back({keyspaces[i].database, keyspaces[i].name});
            if (!allowed || keyspaces[i].database != keyspaces[i].name) view_.renames = true;
        }
    }

    Session& session_;
    const std::shared_ptr<const World> world_;
    const std::uint16_t keyspace_;
    const std::uint16_t shard_;
    Columns columns_;
    router::CatalogView view_;
};

struct Asked {
    std::uint16_t keyspace = 0;
    bool named = false;  // by conditions; otherwise it is the session's, or one that the user may use
};

std::optional<Asked> asked_keyspace(Session& session, const router::Plan& plan, std::string_view sql,
                                    std::span<const SqlValue> parameters) {
    const World& world = *session.site().world();
    const router::Target& target = session.state().target;
    if (!target.shard) {
        const auto named =
            router::catalog_keyspace(sql, session.state().sql_mode, parameters, *world.topology, &target);
        const UserAccount* account = world.find_user(session.state().login.user);
        if (named && account != nullptr && account->may_use(world.topology->keyspaces[*named].name))
            return Asked{*named, true};
    }
    if (const auto own = world.topology->find_keyspace(target.keyspace)) return Asked{*own};
    if (world.topology->keyspaces.empty()) return std::nullopt;
    return Asked{static_cast<std::uint16_t>(keyspace_for(session, plan, plan.keyspace.value_or(0)))};
}

}  // namespace

net::Task<Result<std::optional<CatalogStatement>>> catalog_statement(Session& session,
                                                                     const router::Plan& plan,
                                                                     std::string_view sql,
                                                                     std::span<const SqlValue> parameters) {
    const std::optional<CatalogStatement> unchanged;
    const router::Topology& topology = *session.site().world()->topology;
    const std::optional<Asked> asked = asked_keyspace(session, plan, sql, parameters);
    if (!asked || topology.keyspaces[asked->keyspace].shards.empty()) co_return unchanged;
    const router::Keyspace& keyspace = topology.keyspaces[asked->keyspace];
    CatalogStatement statement{std::string(), session.state().target};
    const bool elsewhere = asked->named && statement.target.keyspace != keyspace.name;
    std::uint16_t shard = 0;
    if (!elsewhere && statement.target.shard)
        shard = keyspace.find_shard(*statement.target.shard).value_or(0);
    if (elsewhere) statement.target.keyspace = keyspace.name;
    // Who has chosen one shard is told of that shard.
    const bool whole = !statement.target.shard || !statement.target.schema.empty();
    const bool sums = whole && keyspace.shards.size() > 1 && plan.catalog > router::CatalogUse::names;
    Catalog catalog(session, asked->keyspace, shard);
    if (!sums && !catalog.renames() && !elsewhere) co_return unchanged;
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, plan, sql);
    Result<void> learnt = co_await catalog.learn_columns();
    if (learnt && sums) learnt = co_await catalog.add_up(plan.catalog);
    if (!learnt) co_return learnt.error();
    std::optional<std::string> text =
        router::with_catalog(sql, session.state().sql_mode, catalog.view(), &session.state().target);
    if (!text && !elsewhere) co_return unchanged;
    statement.sql = text ? *std::move(text) : std::string(sql);
    co_return std::optional<CatalogStatement>(std::move(statement));
}

net::Task<Flow> answer_catalog_error(Session& session, Error error) {
    if (!session.interrupt().raised()) co_return co_await session.send_error(std::move(error));
    const std::optional<Error> why = interrupt_error(session);
    if (!why) co_return Flow::leave;
    co_return co_await session.send_error(*why);
}

}  // namespace leasehold::proxy
