// Lists and rows split by shard: nothing lost, nothing twice, each where the vindex says. Random, with a
// fixed seed.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "router/plan_cache.h"
#include "router/sql/normalize.h"
#include "router/vindex.h"
#include "tests/router/test_topology.h"

namespace leasehold::router {
namespace {

int shard_of(std::int64_t id) {
    const SqlValue value = id;
    const auto ksid = (*make_vindex("hash", {}))->place(std::span(&value, 1)).value();
    return static_cast<unsigned char>(ksid[0]) < 0x80 ? 0 : 1;
}

// The integers of a text, in order.
std::vector<std::int64_t> integers(std::string_view sql) {
    NormalizeBuffer buffer;
    std::vector<std::unique_ptr<std::string>> storage;
    std::vector<std::int64_t> found;
    for (const LiteralToken& literal : normalize(sql, {}, buffer).literals) {
        const SqlValue value = literal_value(sql, literal, {}, storage);
        if (const auto* number = std::get_if<std::int64_t>(&value)) found.push_back(*number);
    }
    return found;
}

class SplitRows : public testing::Test {
  protected:
    void check(const std::string& sql, const std::vector<std::int64_t>& ids) {
        const PlannedStatement planned = cache_.plan(sql, {&target_, {}, false}).value();
        const Route route = PlanCache::route(*planned.plan, sql, planned.literals).value();
        std::map<int, std::vector<std::int64_t>> expected;
        for (const std::int64_t id : ids) expected[shard_of(id)].push_back(id);
        std::map<int, std::vector<std::int64_t>> got;
        for (const ShardQuery& query : route.shards)
            got[query.shard] = integers(query.sql ? *query.sql : sql);
        EXPECT_EQ(got, expected) << sql;
    }

    const Target target_{"customer", std::nullopt, TabletType::primary};
    PlanCache cache_{test_topology(), {}};
    std::mt19937_64 random_{20261121};
};

TEST_F(SplitRows, in_lists) {
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::int64_t> ids;
        std::string sql = "select * from customer where id in (";
        for (std::size_t n = 1 + random_() % 12; n > 0; --n) {
            ids.push_back(static_cast<std::int64_t>(random_() >> (1 + random_() % 60)));
            sql += (ids.size() == 1 ? "" : random_() % 2 ? "," : " , ") + std::to_string(ids.back());
        }
        check(sql + ") and name <> 'x'", ids);
    }
}

TEST_F(SplitRows, rows) {
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::int64_t> ids;
        std::string sql = "insert into customer (name, id, email) values";
        for (std::size_t n = 1 + random_() % 12; n > 0; --n) {
            ids.push_back(static_cast<std::int64_t>(random_() >> (1 + random_() % 60)));
            sql += (ids.size() == 1 ? " "
                    : random_() % 2 ? ","
                                    : " , ") +
                   std::string("(concat('(', ')'), ") + std::to_string(ids.back()) + ", 'a,b')";
        }
        check(sql, ids);
    }
}

TEST_F(SplitRows, parameters) {
    for (int round = 0; round < 500; ++round) {
        std::vector<SqlValue> values{std::string_view("first")};
        std::string sql = "insert into customer (id, name, email) values ";
        const std::size_t rows = 1 + random_() % 10;
        for (std::size_t row = 0; row < rows; ++row) {
            sql += row == 0 ? "(?, ?, 'x')" : ", (?, ?, 'x')";
            values.push_back(static_cast<std::int64_t>(random_() >> 1));
            values.push_back(std::string_view("name"));
        }
        values.erase(values.begin());
        values.push_back(std::string_view("last"));
        sql += " on duplicate key update name = ?";
        const PlannedStatement planned = cache_.plan(sql, {&target_, {}, true}).value();
        const Route route = PlanCache::route(*planned.plan, sql, values).value();
        std::size_t seen = 0;
        for (const ShardQuery& query : route.shards) {
            if (!query.sql) {
                seen += rows;
                continue;
            }
            ASSERT_EQ(query.params.back(), rows * 2);
            ASSERT_EQ(static_cast<std::size_t>(std::count(query.sql->begin(), query.sql->end(), '?')),
                      query.params.size());
            for (std::size_t i = 0; i + 1 < query.params.size(); i += 2) {
                EXPECT_EQ(query.params[i] % 2, 0);
                EXPECT_EQ(query.params[i + 1], query.params[i] + 1);
                EXPECT_EQ(shard_of(std::get<std::int64_t>(values[query.params[i]])), query.shard);
                ++seen;
            }
        }
        EXPECT_EQ(seen, rows);
    }
}

}  // namespace
}  // namespace leasehold::router
