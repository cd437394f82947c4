// Keyspaces whose tablet has databases that are no keyspaces (other_databases).
#include <gtest/gtest.h>

#include "router/plan_cache.h"
#include "tests/router/test_topology.h"

namespace leasehold::router {
namespace {

class OtherDatabases : public testing::Test {
  protected:
    OtherDatabases() {
        auto topology = std::make_shared<Topology>(*test_topology());
        topology->keyspaces[1].other_databases = true;  // legacy
        cache_ = std::make_unique<PlanCache>(std::move(topology), PlanLimits{});
    }

    // The keyspace and the text that its tablet gets, or the error.
    std::string planned(std::string_view sql, std::string_view target) {
        const Target session{std::string(target), std::nullopt, TabletType::primary};
        const Result<PlannedStatement> plan = cache_->plan(sql, {&session, {}, false});
        if (!plan) return plan.error().message;
        if (plan->plan->opcode == Opcode::session) return "the proxy";
        const Result<Route> route = PlanCache::route(*plan->plan, sql, plan->literals);
        if (!route) return route.error().message;
        return cache_->topology().keyspaces[route->keyspace].name + ": " +
               std::string(route->shards.front().sql.value_or(std::string(sql)));
    }

    std::unique_ptr<PlanCache> cache_;
};

TEST_F(OtherDatabases, AreAskedOfTheirHome) {
    for (const std::string_view target : {"legacy", "commerce", ""}) {
        EXPECT_EQ(planned("select * from shop.t", target), "legacy: select * from shop.t");
        EXPECT_EQ(planned("insert into shop.t values (1)", target), "legacy: insert into shop.t values (1)");
        EXPECT_EQ(planned("create table shop.t (id int)", target), "legacy: create table shop.t (id int)");
        EXPECT_EQ(planned("show tables from shop", target), "legacy: show tables from shop");
        EXPECT_EQ(planned("call shop.p()", target), "legacy: call shop.p()");
    }
    EXPECT_EQ(planned("create database shop", ""), "legacy: create database shop");
    EXPECT_EQ(planned("drop database shop", "legacy"), "legacy: drop database shop");
}

TEST_F(OtherDatabases, AreOneTabletWithTheKeyspace) {
    EXPECT_EQ(planned("select * from t, shop.u where t.id = u.id", "legacy"),
              "legacy: select * from t, shop.u where t.id = u.id");
    EXPECT_EQ(planned("select * from legacy.t, shop.u", "legacy"),
              "legacy: select * from `legacy_db`.t, shop.u");
}

TEST_F(OtherDatabases, AreListedByTheirHome) {
    EXPECT_EQ(planned("show databases", "legacy"), "legacy: show databases");
    EXPECT_EQ(planned("show databases", ""), "legacy: show databases");
    EXPECT_EQ(planned("show databases", "commerce"), "the proxy");
}

TEST_F(OtherDatabases, AreNotKeyspaces) {
    EXPECT_EQ(planned("select * from commerce.product", "legacy"),
              "commerce: select * from commerce.product");
    EXPECT_EQ(planned("select * from t", ""), "No database selected");
}

}  // namespace
}  // namespace leasehold::router
