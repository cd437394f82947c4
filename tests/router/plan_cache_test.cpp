#include "router/plan_cache.h"
#include "router/merge_plan.h"

#include <gtest/gtest.h>

#include "router/skim.h"
#include "tests/router/test_topology.h"

namespace leasehold::router {
namespace {

const Target customer{"customer", std::nullopt, TabletType::primary};
const Target commerce{"commerce", std::nullopt, TabletType::primary};

class PlanCacheTest : public testing::Test {
  protected:
    PlanContext context(const Target& target = customer, bool prepared = false) {
        return {&target, mode_, prepared};
    }
    PlannedStatement plan(std::string_view sql, const Target& target = customer, bool prepared = false) {
        return cache_.plan(sql, context(target, prepared)).value();
    }
    Route route(std::string_view sql) {
        const PlannedStatement planned = plan(sql);
        return PlanCache::route(*planned.plan, sql, planned.literals).value();
    }
    std::string shards(std::string_view sql) {
        std::string names;
        for (const ShardQuery& query : route(sql).shards) {
            names += cache_.topology().keyspaces[2].shards[query.shard].name + " ";
        }
        return names;
    }

    SqlMode mode_;
    PlanCache cache_{test_topology(), {}};
};

TEST_F(PlanCacheTest, one_plan_for_all_literals_and_white_space) {
    const PlanRef plan_of_one = plan("select * from customer where id = 1").plan;
    EXPECT_EQ(plan("select * from customer where id = 4").plan, plan_of_one);
    EXPECT_EQ(plan("select  *\n from customer /* x */ where id = 'x' -- y").plan, plan_of_one);
    EXPECT_EQ(plan("select * from customer where id = 1;").plan, plan_of_one);
    EXPECT_NE(plan("select * from customer where id = 1 limit 1").plan, plan_of_one);
    EXPECT_EQ(cache_.stats().hits, 3u);
    EXPECT_EQ(cache_.stats().misses, 2u);
    EXPECT_EQ(cache_.stats().entries, 2u);
}

// The kind of a literal is not in the cache's key, so a plan may not depend on it.
TEST_F(PlanCacheTest, one_plan_routes_literals_of_every_kind) {
    EXPECT_EQ(shards("select * from customer where id = 4"), "80- ");
    EXPECT_EQ(shards("select * from customer where id = '4'"), "80- ");
    EXPECT_EQ(shards("select * from customer where id = 4.0"), "80- ");
    EXPECT_EQ(shards("select * from customer where id = 4e0"), "80- ");
    EXPECT_EQ(shards("select * from customer where id = 0x04"), "80- ");
    EXPECT_EQ(shards("select * from customer where id = 0x34"), "-80 ");  // the number 52, not the text '4'
    EXPECT_EQ(shards("select * from customer where id = b'100'"), "80- ");
    EXPECT_EQ(shards("select * from customer where id = 'four'"), "-80 80- ");
    EXPECT_EQ(cache_.stats().misses, 1u);
    EXPECT_EQ(shards("select * from customer where id = _utf8mb4'4'"), "80- ");
    EXPECT_EQ(shards("select * from customer where id = _utf8mb4 x'34'"),
              "80- ");  // with a character set it is the text
    EXPECT_EQ(shards("select * from customer where id = - 4"), "-80 ");
    EXPECT_EQ(shards("select * from customer where id = - '4'"), "-80 80- ");
    EXPECT_EQ(shards("select * from customer where id = - x'04'"), "-80 80- ");
}

TEST_F(PlanCacheTest, cuts_each_text_at_its_own_offsets) {
    const Route first = route("select * from customer where id in (1,4)");
    EXPECT_EQ(first.shards[1].sql, "select * from customer where id in (4)");
    const Route second = route("select /* (,) */ *\nfrom    customer where id in (4000000000,'1') -- , (1)");
    EXPECT_EQ(cache_.stats().misses, 1u);
    ASSERT_EQ(second.shards.size(), 2u);
    EXPECT_EQ(second.shards[0].sql, "select /* (,) */ *\nfrom    customer where id in ('1') -- , (1)");
    EXPECT_EQ(second.shards[1].sql, "select /* (,) */ *\nfrom    customer where id in (4000000000) -- , (1)");
    const Route rows =
        route("insert into customer (id,name) values (1,'(,'),(4,'d') on duplicate key update name='x'");
    const Route others =
        route("insert into customer (id,name) values (4,'é'),(102,'),(')  on duplicate key update name=''");
    EXPECT_EQ(cache_.stats().misses, 2u);
    EXPECT_EQ(rows.shards[0].sql,
              "insert into customer (id,name) values (1,'(,') on duplicate key update name='x'");
    EXPECT_EQ(others.shards[0].sql,
              "insert into customer (id,name) values (102,'),(')  on duplicate key update name=''");
}

TEST_F(PlanCacheTest, target_mode_and_preparation_are_part_of_the_key) {
    const std::string_view sql = "select * from customer where id = 1";
    EXPECT_EQ(plan(sql).plan->opcode, Opcode::equal_unique);
    EXPECT_EQ(plan(sql, commerce).plan->opcode, Opcode::unsharded);
    const Target shard{"customer", "-80", TabletType::primary};
    const Target other_shard{"customer", "80-", TabletType::primary};
    EXPECT_EQ(plan(sql, shard).plan->opcode, Opcode::by_destination);
    EXPECT_NE(plan(sql, other_shard).plan, plan(sql, shard).plan);
    EXPECT_NE(plan(sql, customer, true).plan, plan(sql).plan);
    mode_.ansi_quotes = true;
    plan(sql);
    EXPECT_EQ(cache_.stats().misses, 6u);
    // The tablet's type changes nothing in a plan.
    const Target replica{"customer", std::nullopt, TabletType::replica};
    plan(sql, replica);
    EXPECT_EQ(cache_.stats().misses, 6u);
}

TEST_F(PlanCacheTest, what_names_values_is_kept_by_its_own_text) {
    EXPECT_EQ(std::get<Kill>(plan("kill 5").plan->session).id, 5u);
    EXPECT_EQ(std::get<Kill>(plan("kill 6").plan->session).id, 6u);
    EXPECT_EQ(plan("select get_lock('a', 1)").plan->effects.advisory_locks, std::vector<std::string>{"a"});
    EXPECT_EQ(plan("select get_lock('b', 1)").plan->effects.advisory_locks, std::vector<std::string>{"b"});
    EXPECT_EQ(plan("set @a = 1", commerce).plan->effects.assignments[0].value_sql, "1");
    EXPECT_EQ(plan("set @a = 2", commerce).plan->effects.assignments[0].value_sql, "2");
}

TEST_F(PlanCacheTest, kills_are_not_kept) {
    plan("select 1");
    for (int id = 1; id < 100; ++id) plan("KILL QUERY " + std::to_string(id));
    plan("/* all */ kill 5");
    EXPECT_EQ(cache_.stats().entries, 1u);
}

TEST_F(PlanCacheTest, literals_come_only_with_plans_that_route_by_them) {
    EXPECT_EQ(plan("select 'a', 5 from customer where id = 1").literals.size(), 3u);
    EXPECT_TRUE(plan("select 'a', 5 from customer").literals.empty());
    EXPECT_TRUE(plan("select 'a', 5 from customer where id = 1", commerce).literals.empty());
    EXPECT_TRUE(plan("select 'a', 5 from customer where id = 1", customer, true).literals.empty());
    const PlannedStatement escaped = plan("select * from users where name = 'it''s'");
    EXPECT_EQ(std::get<std::string_view>(escaped.literals[0]), "it's");
}

TEST_F(PlanCacheTest, errors_are_not_kept) {
    EXPECT_FALSE(cache_.plan("call p()", context()));
    EXPECT_FALSE(cache_.plan("call p()", context()));
    EXPECT_EQ(cache_.stats().misses, 2u);
    EXPECT_EQ(cache_.stats().entries, 0u);
}

TEST_F(PlanCacheTest, a_merge_that_depends_on_equal_literals_is_not_used_for_others) {
    const auto explained = [&](std::string_view sql) {
        const Result<PlannedStatement> planned = cache_.plan(sql, context());
        return planned && planned->plan->merge != nullptr ? planned->plan->merge->describe() : "";
    };
    EXPECT_NE(explained("select left(name, 1), count(*) from customer group by left(name, 1)"), "");
    EXPECT_NE(explained("select left(name, 2), count(*) from customer group by left(name, 2)"), "");
    EXPECT_EQ(explained("select left(name, 1), count(*) from customer group by left(name, 2)"), "");
    EXPECT_EQ(explained("select left(name, '1'), count(*) from customer group by left(name, 1)"), "");
}

TEST(PlanCacheLimits, entries) {
    PlanLimits limits;
    limits.cache_entries = 2;
    PlanCache cache(test_topology(), limits);
    const PlanContext context{&customer, {}, false};
    const auto plan = [&](std::string_view sql) { return cache.plan(sql, context).value().plan; };
    plan("select a from customer");
    plan("select b from customer");
    plan("select a from customer");
    plan("select c from customer");  // b was used longest ago
    EXPECT_EQ(cache.stats().evictions, 1u);
    EXPECT_EQ(cache.stats().entries, 2u);
    plan("select a from customer");
    EXPECT_EQ(cache.stats().hits, 2u);
    plan("select b from customer");
    EXPECT_EQ(cache.stats().misses, 4u);
}

TEST(PlanCacheLimits, bytes) {
    PlanLimits limits;
    limits.cache_bytes = 20'000;
    PlanCache cache(test_topology(), limits);
    const PlanContext context{&customer, {}, false};
    for (int i = 0; i < 1000; ++i) {
        ASSERT_TRUE(
            cache.plan("select c" + std::to_string(i) + " from customer where id in (1, 2, 3)", context));
        EXPECT_LE(cache.stats().bytes, limits.cache_bytes);
    }
    EXPECT_GT(cache.stats().entries, 5u);
    EXPECT_EQ(cache.stats().entries + cache.stats().evictions, 1000u);
}

TEST(PlanCacheLimits, size_of_a_statement) {
    PlanLimits limits;
    limits.max_cached_statement = 50;
    PlanCache cache(test_topology(), limits);
    const PlanContext context{&customer, {}, false};
    const std::string sql = "select * from customer where name = '" + std::string(50, 'x') + "' and id = 4";
    for (int i = 0; i < 2; ++i) {
        const PlannedStatement planned = cache.plan(sql, context).value();
        EXPECT_EQ(planned.literals.size(), 2u);
        EXPECT_EQ(PlanCache::route(*planned.plan, sql, planned.literals)->shards[0].shard, 1);
    }
    EXPECT_EQ(cache.stats().misses, 2u);
    EXPECT_EQ(cache.stats().entries, 0u);
}

TEST(PlanCacheLimits, none_at_all) {
    PlanLimits limits;
    limits.cache_entries = 0;
    PlanCache cache(test_topology(), limits);
    const PlanContext context{&customer, {}, false};
    EXPECT_TRUE(cache.plan("select 1", context));
    EXPECT_EQ(cache.stats().entries, 0u);
    limits.cache_entries = 10;
    limits.cache_bytes = 10;
    PlanCache tiny(test_topology(), limits);
    EXPECT_TRUE(tiny.plan("select 1", context));
    EXPECT_EQ(tiny.stats().entries, 0u);
}

TEST_F(PlanCacheTest, depth) {
    const auto nested = [](int depth) {
        return "select * from customer where id = 1 and " +
               std::string(static_cast<std::size_t>(depth), '(') + "1" +
               std::string(static_cast<std::size_t>(depth), ')');
    };
    EXPECT_TRUE(cache_.plan(nested(50), context()));
    const Result<PlannedStatement> deep = cache_.plan(nested(5000), context());
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().message,
              "unsupported: a statement nested as deeply as this (keyspace customer is sharded)");
    EXPECT_EQ(cache_.plan(nested(5000), context(commerce)).value().plan->opcode, Opcode::unsharded);
    std::string chain = "select * from customer where id = 1";
    for (int i = 0; i < 20'000; ++i) chain += " and x" + std::to_string(i) + " = 1";
    EXPECT_TRUE(cache_.plan(chain, context()));
}

TEST_F(PlanCacheTest, a_new_topology_makes_new_plans) {
    const std::string_view sql = "select * from customer where id = 1";
    const PlannedStatement old = plan(sql);
    auto changed = std::make_shared<Topology>(*test_topology());
    changed->keyspaces[2].vschema = {};
    changed->keyspaces[2].shards = {{"-", {}}};
    cache_.replace_topology(changed);
    EXPECT_EQ(plan(sql).plan->opcode, Opcode::unsharded);
    EXPECT_EQ(&cache_.topology(), changed.get());
    // What is under way ends on the topology it began on.
    EXPECT_EQ(PlanCache::route(*old.plan, sql, old.literals)->shards.size(), 1u);
    auto without = std::make_shared<Topology>();
    cache_.replace_topology(without);
    EXPECT_EQ(cache_.plan(sql, context()).error().code, 1049);
    EXPECT_EQ(cache_.plan("select 1", {nullptr, {}, false}).error().code, 1046);
    EXPECT_EQ(cache_.stats().entries, 0u);
}

TEST_F(PlanCacheTest, an_insert_without_columns_wants_them) {
    const std::string_view sql = "insert into users values (7, 'x'), (8, 'y')";
    const PlannedStatement wanting = plan(sql);
    ASSERT_TRUE(wanting.plan->wants_columns);
    EXPECT_EQ(*wanting.plan->wants_columns, (KeyspaceTable{2, "users"}));
    EXPECT_FALSE(PlanCache::route(*wanting.plan, sql, wanting.literals));
    EXPECT_EQ(cache_.stats().entries, 0u);
    EXPECT_FALSE(cache_.forget_columns());

    cache_.learn_columns({2, "users"}, {"number", "name"});
    EXPECT_FALSE(plan(sql).plan->wants_columns);
    EXPECT_EQ(route("insert into users values (7, 'x')").shards.front().sql,
              "insert into users (`number`, `name`) VALUES (7, 'x')");
    const std::string by_name = shards("insert into users (name) values ('x')");
    EXPECT_EQ(shards("insert into users values (7, 'x')"), by_name);
    EXPECT_EQ(shards("replace users value (1, 'x')"), by_name);
    EXPECT_EQ(plan("insert into users set name = 'x'").plan->uses_learned_columns, false);
    EXPECT_EQ(cache_.plan("insert into users values (7)", context()).error().code, 1136);

    EXPECT_TRUE(cache_.forget_columns());
    EXPECT_TRUE(plan(sql).plan->wants_columns);
    EXPECT_FALSE(cache_.forget_columns());
}

TEST_F(PlanCacheTest, a_vindex_is_asked_of_a_thousand_values_at_most) {
    std::string sql = "select * from hash where id in (0";
    for (int i = 1; i < 1000; ++i) sql += "," + std::to_string(i);
    EXPECT_TRUE(cache_.plan(sql + ")", context()));
    const auto refused = cache_.plan(sql + ",1000)", context());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("more than 1000 values"), std::string::npos)
        << refused.error().message;
}

TEST_F(PlanCacheTest, routing_survives_values_and_texts_that_are_not_the_plans) {
    const PlannedStatement equal = plan("select * from customer where id = ?", customer, true);
    EXPECT_EQ(PlanCache::route(*equal.plan, "select * from customer where id = ?", {})->shards.size(), 2u);
    const std::string_view rows = "insert into customer (id) values (?), (?)";
    const PlannedStatement insert = plan(rows, customer, true);
    EXPECT_FALSE(PlanCache::route(*insert.plan, rows, {}));
    const SqlValue values[] = {std::int64_t{1}, std::int64_t{4}};
    EXPECT_EQ(PlanCache::route(*insert.plan, "insert", values).error().message,
              "unsupported: a text that is not the plan's");
    const PlannedStatement in = plan("select * from customer where id in (?, ?)", customer, true);
    EXPECT_EQ(PlanCache::route(*in.plan, "", values).error().message,
              "unsupported: a text that is not the plan's");
    EXPECT_FALSE(PlanCache::route(*plan("begin").plan, "begin", {}));
}

TEST_F(PlanCacheTest, a_large_insert_for_one_shard_is_planned_by_its_first_rows) {
    std::string sql = "insert into product (id, x) values (0, 'a')";
    for (int i = 1; i < 10'000; ++i) sql += ", (" + std::to_string(i) + ", 'bbbbbbbb')";
    EXPECT_EQ(plan(sql, commerce).plan->effects.set.bits(), 0u);
    EXPECT_EQ(plan(sql + ", (1, get_lock('x', 5))", commerce).plan->effects.advisory_locks,
              std::vector<std::string>{"x"});
    const PlannedStatement other = plan(sql + " on duplicate key update x = @a := 1", commerce);
    EXPECT_TRUE(other.plan->effects.set.has(Effect::sets_user_variable));
    EXPECT_EQ(other.plan->kind, StatementKind::insert);
}

TEST(Skim, drops_rows_of_plain_values_only) {
    const auto skim = [](std::string_view sql) { return without_plain_rows(sql, {}).value_or("-"); };
    EXPECT_EQ(skim("insert into t values (1, 'a'), (2, null), (-3, default), (4, true) on duplicate key "
                   "update a = 1"),
              "insert into t values (1, 'a') on duplicate key update a = 1");
    EXPECT_EQ(skim("insert into t (a) value ('('), (')'), (now()), (2), (3)"),
              "insert into t (a) value ('('), (now()), (2), (3)");
    EXPECT_EQ(skim("replace t values (1),(2),(3)"), "replace t values (1)");
    EXPECT_EQ(skim("insert into t values (1), (2), (3"), "insert into t values (1), (3");
    EXPECT_EQ(skim("insert into t values (1), (2) , 'x"), "insert into t values (1) , 'x");
    for (const std::string_view sql :
         {"insert into t values (1)", "insert into t values (f(1)), (2)", "insert into t select 1, (2), (3)",
          "insert into t set a = (1), b = (2)", "select (1), (2)", "insert into t values", "insert into t",
          "insert", "", "insert into t values 'x", "insert into t (a, values) x"}) {
        EXPECT_EQ(skim(sql), "-") << sql;
    }
}

}  // namespace
}  // namespace leasehold::router
