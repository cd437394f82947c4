#include "pool/disposition.h"

#include <gtest/gtest.h>

namespace leasehold::pool {
namespace {

Condition with(ReasonSet reasons) {
    Condition condition;
    condition.reasons = reasons;
    return condition;
}

TEST(Disposition, CleanIsReused) {
    EXPECT_EQ(decide({}, {}).disposition, Disposition::reuse);
}

TEST(Disposition, WhatAResetClearsIsReset) {
    for (const Reason reason :
         {Reason::transaction, Reason::advisory_lock, Reason::temporary_table, Reason::lock_tables,
          Reason::global_read_lock, Reason::user_variable, Reason::text_prepare, Reason::previous_statement,
          Reason::untracked_setting, Reason::handler, Reason::cursor, Reason::long_data, Reason::procedure}) {
        EXPECT_EQ(decide(with({reason}), {}).disposition, Disposition::reset) << to_string(reason);
    }
}

TEST(Disposition, S2_WhatIsLeftOfSetTransactionIsReset) {
    Condition condition;
    condition.next_transaction_set = true;
    EXPECT_EQ(decide(condition, {}).disposition, Disposition::reset);
}

TEST(Disposition, WhatNoResetIsKnownToClearIsClosed) {
    for (const Reason reason : {Reason::xa, Reason::unknown_statement}) {
        const Decision decision = decide(with({reason, Reason::transaction}), {});
        EXPECT_EQ(decision.disposition, Disposition::close) << to_string(reason);
        EXPECT_EQ(decision.cause, CloseCause::unresettable);
    }
}

TEST(Disposition, AStatementInFlightIsKilled) {
    Condition condition;
    condition.answer_pending = true;
    condition.stream_lost = true;
    const Decision decision = decide(condition, {});
    EXPECT_EQ(decision.disposition, Disposition::close);
    EXPECT_TRUE(decision.kill);
}

// W11: a KILL QUERY that may still arrive must not meet another session's statement.
TEST(Disposition, W11_AKillOnItsWayCloses) {
    Condition condition;
    condition.kill_sent = true;
    EXPECT_EQ(decide(condition, {}).disposition, Disposition::close);
}

TEST(Disposition, CircumstancesClose) {
    EXPECT_EQ(decide({}, {.lifetime_over = true}).cause, CloseCause::lifetime);
    EXPECT_EQ(decide({}, {.superseded = true}).cause, CloseCause::superseded);
    EXPECT_EQ(decide({}, {.owed = true}).cause, CloseCause::rebalanced);
    EXPECT_EQ(decide({}, {.lifetime_over = true}).disposition, Disposition::close);
}

TEST(ReasonSet, NamesAndSetOperations) {
    ReasonSet reasons{Reason::transaction, Reason::advisory_lock};
    EXPECT_EQ(to_string(reasons), "transaction,advisory_lock");
    EXPECT_FALSE(reasons.only(Reason::transaction));
    reasons.remove(Reason::advisory_lock);
    EXPECT_TRUE(reasons.only(Reason::transaction));
    EXPECT_EQ(to_string(ReasonSet()), "");
}

}  // namespace
}  // namespace leasehold::pool
