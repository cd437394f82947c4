#include "proxy/found_rows.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

using Kind = router::StatementKind;

boost::intrusive_ptr<router::Plan> plan_of(Kind kind, bool inserts_query = false) {
    boost::intrusive_ptr<router::Plan> plan(new router::Plan);
    plan->kind = kind;
    plan->inserts_query = inserts_query;
    return plan;
}

TEST(FoundRows, records_of_an_info) {
    EXPECT_EQ(records_of("Records: 4  Duplicates: 0  Warnings: 0"), 4u);
    EXPECT_EQ(records_of("Records: 0"), 0u);
    EXPECT_EQ(records_of("Rows matched: 4  Changed: 4  Warnings: 0"), std::nullopt);
    EXPECT_EQ(records_of("Records: "), std::nullopt);
    EXPECT_EQ(records_of(""), std::nullopt);
}

TEST(FoundRows, queries_without_an_answer_count) {
    EXPECT_EQ(found_without_rows(*plan_of(Kind::insert, true), 8, 4), 4u);  // ON DUPLICATE KEY UPDATE
    EXPECT_EQ(found_without_rows(*plan_of(Kind::ddl, true), 4, 4), 4u);
    EXPECT_EQ(found_without_rows(*plan_of(Kind::ddl, true), 0, std::nullopt), std::nullopt);
    EXPECT_EQ(found_without_rows(*plan_of(Kind::select), 1, std::nullopt), 1u);
    EXPECT_EQ(found_without_rows(*plan_of(Kind::insert), 2, 2), std::nullopt);
    EXPECT_EQ(found_without_rows(*plan_of(Kind::ddl), 0, 0), std::nullopt);
}

TEST(FoundRows, not_every_answer_counts) {
    EXPECT_TRUE(counts_answer(*plan_of(Kind::select)));
    EXPECT_TRUE(counts_answer(*plan_of(Kind::show)));
    EXPECT_TRUE(counts_answer(*plan_of(Kind::insert, true)));
    EXPECT_FALSE(counts_answer(*plan_of(Kind::insert)));
    EXPECT_FALSE(counts_answer(*plan_of(Kind::delete_)));
    EXPECT_FALSE(counts_answer(*plan_of(Kind::explain)));
    const auto warnings = plan_of(Kind::show);
    warnings->effects.set.add(router::Effect::reads_previous);
    EXPECT_FALSE(counts_answer(*warnings));
}

}  // namespace
}  // namespace leasehold::proxy
