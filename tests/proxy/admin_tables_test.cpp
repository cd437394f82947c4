#include "proxy/admin_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy/admin_data_port.h"
#include "tests/proxy/admin_view_sample.h"

namespace leasehold::proxy {
namespace {

using admin::ShowWhat;
using testing::ElementsAre;
using Row = std::vector<Cell>;
constexpr auto null = std::nullopt;

std::vector<std::string> names(const Table& table) {
    std::vector<std::string> result;
    for (const auto& column : table.columns) result.push_back(column.name);
    return result;
}

std::vector<std::string> column(const Table& table, std::size_t index) {
    std::vector<std::string> result;
    for (const auto& row : table.rows) result.push_back(row[index].value_or("NULL"));
    return result;
}

AdminView sample_view() {
    AdminView view;
    view.snapshot = sample_snapshot();
    view.clients = {sample_client(7, "app", "waiting")};
    view.clients[0].wait_us = 1'500'000;
    view.leases = {{31, "customer", "-80", "127.0.0.1:3321", "primary", "reserved",
                    "transaction,user_variable", 7, "app", 1200, "SET @a = f()"}};
    view.servers = {
        {55, "customer", "-80", "primary", "127.0.0.1:3321", "leased", 901, 7, 100, 50, true, 3, "", 1}};
    view.plans = {{"select ? from t", "customer", "scatter", 4, 900, 0}};
    view.config = {{"listen.max_clients", "500", "10000"}, {"workers", "2", "0"}};
    return view;
}

Table shown(ShowWhat what, std::optional<std::string> like = {}) {
    return admin::show({what, like}, sample_view());
}

TEST(AdminTables, EveryRowHasACellForEachColumn) {
    for (int what = 0; what <= static_cast<int>(ShowWhat::plugins); ++what) {
        const Table table = shown(static_cast<ShowWhat>(what));
        EXPECT_FALSE(table.columns.empty()) << what;
        for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << what;
    }
}

TEST(AdminTables, PoolsAsTheContractSays) {
    const Table table = shown(ShowWhat::pools);
    EXPECT_THAT(names(table),
                ElementsAre("keyspace", "shard", "tablet_type", "tablet", "capacity", "idle", "leased",
                            "reserved", "connecting", "waiters", "max_wait_us", "opened", "closed"));
    ASSERT_EQ(table.rows.size(), 5U);
    EXPECT_EQ(table.rows[0], (Row{"customer", "-80", "primary", "127.0.0.1:3321", "64", "3", "2", "1", "4",
                                  "5", "1234", "20", "10"}));
    EXPECT_EQ(shown(ShowWhat::pools, "comm%").rows.size(), 1U);
}

TEST(AdminTables, LeasesAsTheContractSays) {
    const Table table = shown(ShowWhat::leases);
    EXPECT_THAT(names(table), ElementsAre("id", "keyspace", "shard", "tablet", "tablet_type", "kind",
                                          "reasons", "client_id", "user", "age_ms", "statement"));
    EXPECT_THAT(table.rows,
                ElementsAre(Row{"31", "customer", "-80", "127.0.0.1:3321", "primary", "reserved",
                                "transaction,user_variable", "7", "app", "1200", "SET @a = f()"}));
    EXPECT_EQ(shown(ShowWhat::leases, "cust%").rows.size(), 1U) << "LIKE is about the keyspace, not the id";
    EXPECT_EQ(shown(ShowWhat::leases, "comm%").rows.size(), 0U);
}

TEST(AdminTables, ShardsAndTablets) {
    EXPECT_THAT(shown(ShowWhat::shards).rows,
                ElementsAre(Row{"customer", "-80", "127.0.0.1:3321", "ONLINE", "1", "1"},
                            Row{"customer", "80-", "127.0.0.1:3331", "ONLINE", "1", "0"},
                            Row{"commerce", "-", "127.0.0.1:3311", "ONLINE", "0", "0"}));
    const Table tablets = shown(ShowWhat::tablets);
    EXPECT_THAT(column(tablets, 4), ElementsAre("ONLINE", "ONLINE", "ONLINE", "SHUNNED", "ONLINE"));
    EXPECT_THAT(column(tablets, 9), ElementsAre("NULL", "running", "NULL", "broken", "NULL"));
    EXPECT_THAT(column(tablets, 10), ElementsAre("NULL", "4", "NULL", "NULL", "NULL"));
    EXPECT_THAT(column(tablets, 12), ElementsAre("NULL", "NULL", "NULL", "connection <refused>", "NULL"));
}

TEST(AdminTables, StatsInPgBouncersUnits) {
    const Table table = shown(ShowWhat::stats);
    ASSERT_EQ(column(table, 0), (std::vector<std::string>{"commerce", "customer"}));
    EXPECT_EQ(table.rows[1], (Row{"customer", "10", "100", "100", "1000", "9000", "20000", "250000", "500000",
                                  "1", "10", "10", "100", "900", "2000", "2500", "5000", "50", "2"}));
}

TEST(AdminTables, ClientsServersListsPlansConfig) {
    const Table clients = shown(ShowWhat::clients);
    const Row& client = clients.rows.at(0);
    EXPECT_THAT(std::vector(client.begin(), client.begin() + 10),
                ElementsAre("7", "app", "customer:-80@replica", "waiting", "127.0.0.1", "50212", "61000",
                            "2999", "1", "500000"));
    EXPECT_EQ(shown(ShowWhat::servers).rows.at(0),
              (Row{"55", "customer", "-80", "primary", "127.0.0.1:3321", "leased", "100", "50", "901", "7",
                   "yes", "3", "", "1"}));
    const Table lists = shown(ShowWhat::lists);
    EXPECT_THAT(lists.rows,
                testing::IsSupersetOf({Row{"shards", "3"}, Row{"clients", "14"}, Row{"leases", "3"},
                                       Row{"waiters", "5"}, Row{"idle_servers", "3"}, Row{"plans", "12"}}));
    EXPECT_EQ(shown(ShowWhat::plans).rows.at(0),
              (Row{"customer", "scatter", "select ? from t", "4", "900", "0"}));
    EXPECT_EQ(shown(ShowWhat::config, "%.max%").rows,
              (std::vector<Row>{{"listen.max_clients", "500", "10000"}}));
    EXPECT_EQ(shown(ShowWhat::queries).rows.at(0), (Row{"commerce", "unsharded", "insert", "300"}));
}

TEST(AdminTables, HelpParses) {
    for (const std::string& statement : column(shown(ShowWhat::help), 0)) {
        if (statement.find_first_of("[=") != std::string::npos) continue;  // a pattern, not an example
        std::string example = statement;
        if (example == "DRAIN tablet") example = "DRAIN a:1";
        if (example == "EXPLAIN ROUTE statement") example = "EXPLAIN ROUTE SELECT 1";
        EXPECT_TRUE(admin::parse(example)) << example;
    }
}

TEST(AdminTables, Select) {
    const auto statement = admin::parse(
        "SELECT 1, 1.5, 'x', NULL, @@version_comment, @@nope, DATABASE(), CONNECTION_ID(), USER()");
    ASSERT_TRUE(statement);
    admin::SelectContext context{"0.1.0", "admin@localhost", 42, {}};
    context.variable = [](std::string_view name) { return admin::admin_variable(name, "0.1.0"); };
    const Table table = admin::select(std::get<admin::Select>(*statement), context);
    EXPECT_THAT(table.rows, ElementsAre(Row{"1", "1.5", "x", null, "Leasehold admin", null, null, "42",
                                            "admin@localhost"}));
    EXPECT_EQ(table.columns[0].type, wire::ColumnType::long_long);
    EXPECT_EQ(table.columns[1].type, wire::ColumnType::float64);
    EXPECT_EQ(table.columns[4].name, "@@version_comment");
}

TEST(DataPort, Processlist) {
    std::vector<ClientRow> clients{sample_client(7, "app", "active"), sample_client(8, "other", "idle"),
                                   sample_client(9, "app", "waiting")};
    clients[0].statement = std::string(99, 'x') + "\xC3\xA9 tail";
    clients[1].statement.clear();
    clients[1].command.clear();
    clients[1].database.clear();
    clients[1].reserved_reasons = "transaction";
    const Table table = processlist(clients, false);
    EXPECT_THAT(names(table), ElementsAre("Id", "User", "Host", "db", "Command", "Time", "State", "Info"));
    EXPECT_EQ(table.rows[0][7], std::string(99, 'x')) << "cut at 100 bytes, not within a character";
    EXPECT_EQ(table.rows[1],
              (Row{"8", "other", "127.0.0.1:50212", null, "Sleep", "2", "reserved: transaction", null}));
    EXPECT_EQ(table.rows[2][6], "waiting for a lease");
    EXPECT_EQ(processlist(clients, true).rows[0][7], clients[0].statement);
    EXPECT_THAT(column(processlist(clients, true, "app"), 0), ElementsAre("7", "9"));
}

TEST(DataPort, Databases) {
    const metrics::Snapshot snapshot = sample_snapshot();
    EXPECT_THAT(column(show_databases(snapshot, {}, ""), 0),
                ElementsAre("commerce", "customer", "information_schema"));
    const std::vector<std::string> visible{"commerce", "elsewhere"};
    EXPECT_THAT(column(show_databases(snapshot, visible, ""), 0),
                ElementsAre("commerce", "information_schema"));
    EXPECT_THAT(column(show_databases(snapshot, {}, "CUST%"), 0), ElementsAre("customer"));
    EXPECT_THAT(column(show_keyspaces(snapshot, visible, ""), 0), ElementsAre("commerce"));
}

TEST(DataPort, VitessShardsAndTablets) {
    const metrics::Snapshot snapshot = sample_snapshot();
    EXPECT_THAT(column(show_vitess_shards(snapshot, {}, ""), 0),
                ElementsAre("customer/-80", "customer/80-", "commerce/-"));
    EXPECT_THAT(column(show_vitess_shards(snapshot, {}, "customer/%"), 0),
                ElementsAre("customer/-80", "customer/80-"));
    const Table tablets = show_vitess_tablets(snapshot, {}, "");
    EXPECT_THAT(names(tablets), ElementsAre("Cell", "Keyspace", "Shard", "TabletType", "State", "Alias",
                                            "Hostname", "PrimaryTermStartTime"));
    EXPECT_EQ(tablets.rows[3], (Row{"local", "customer", "80-", "REPLICA", "NOT_SERVING", "unix:/run/m.sock",
                                    "localhost", ""}));
    EXPECT_EQ(show_vitess_tablets(snapshot, {}, "%:3311").rows.size(), 1U);
    const std::vector<std::string> visible{"commerce"};
    EXPECT_EQ(show_vitess_tablets(snapshot, visible, "").rows.size(), 1U);
}

TEST(DataPort, VschemaTables) {
    router::Keyspace keyspace;
    keyspace.vschema.tables["corder"];
    keyspace.vschema.tables["customer"];
    EXPECT_THAT(column(show_vschema_tables(keyspace, ""), 0), ElementsAre("corder", "customer"));
    EXPECT_THAT(column(show_vschema_tables(keyspace, "cu%"), 0), ElementsAre("customer"));
}

}  // namespace
}  // namespace leasehold::proxy
