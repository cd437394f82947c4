#include "proxy/aftermath.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

using pool::Reason;
using pool::ReasonSet;
using router::Effect;
using router::Effects;

Effects of(std::initializer_list<Effect> list) {
    Effects effects;
    for (const Effect effect : list) effects.set.add(effect);
    return effects;
}

Answer ok() {
    return {};
}
Answer failed() {
    Answer answer;
    answer.failed = true;
    return answer;
}

TEST(Reasons, TheTabletsFlagsSayWhetherATransactionIsOpen) {
    SessionMarks marks;
    Answer answer;
    answer.in_transaction = true;
    EXPECT_EQ(reasons_after({}, {}, answer, marks), ReasonSet{Reason::transaction});
    EXPECT_EQ(reasons_after({Reason::transaction}, {}, ok(), marks), ReasonSet());
}

// Which locks are held is asked of the tablet: integration/sessions.
TEST(Reasons, AdvisoryLocksReserveWhileTheConnectionHoldsAny) {
    SessionMarks marks;
    const Effects get = of({Effect::takes_advisory_lock}), release = of({Effect::frees_advisory_lock});
    EXPECT_TRUE(reasons_after({}, get, ok(), marks).empty()) << "it was refused";
    marks.advisory_locks = {"a"};
    const ReasonSet reasons = reasons_after({}, get, ok(), marks);
    EXPECT_EQ(reasons, ReasonSet{Reason::advisory_lock});
    EXPECT_EQ(reasons_after(reasons, release, ok(), marks), reasons) << "taken twice, freed once";
    EXPECT_TRUE(reasons_after({}, {}, ok(), marks).empty()) << "it is held on another connection";
    marks.advisory_locks.clear();
    EXPECT_TRUE(reasons_after(reasons, release, ok(), marks).empty());
}

TEST(Reasons, ALockOfUnknownNameReserves) {
    SessionMarks marks;
    marks.unnamed_lock = true;
    const ReasonSet reasons = reasons_after({}, of({Effect::takes_advisory_lock}), failed(), marks);
    EXPECT_TRUE(reasons.has(Reason::advisory_lock)) << "a statement that failed may have taken it";
    marks.unnamed_lock = false;
    EXPECT_TRUE(reasons_after(reasons, of({Effect::frees_all_advisory_locks}), ok(), marks).empty());
}

TEST(Reasons, TemporaryTablesEndWithTheLastDrop) {
    SessionMarks marks;
    Effects make = of({Effect::makes_temporary_table}), drop = of({Effect::drops_table});
    make.tables = {"t1"};
    ReasonSet reasons = reasons_after({}, make, ok(), marks);
    make.tables = {"t2"};
    reasons = reasons_after(reasons, make, ok(), marks);
    drop.tables = {"t1"};
    reasons = reasons_after(reasons, drop, ok(), marks);
    EXPECT_TRUE(reasons.has(Reason::temporary_table));
    drop.tables = {"t2"};
    EXPECT_EQ(reasons_after(reasons, drop, failed(), marks),
              (ReasonSet{Reason::temporary_table, Reason::previous_statement}))
        << "a DROP that failed dropped nothing";
    EXPECT_TRUE(reasons_after(reasons, drop, ok(), marks).empty());
}

TEST(Reasons, LockTablesUntilUnlockOrBegin) {
    SessionMarks marks;
    const ReasonSet locked = reasons_after({}, of({Effect::locks_tables}), ok(), marks);
    EXPECT_EQ(locked, ReasonSet{Reason::lock_tables});
    EXPECT_TRUE(reasons_after(locked, of({Effect::unlocks_tables}), ok(), marks).empty());
    EXPECT_TRUE(reasons_after(locked, of({Effect::begins_transaction}), ok(), marks).empty());
}

TEST(Reasons, WarningsAreKeptForTheQuestionThatMayFollow) {
    SessionMarks marks;
    Answer answer;
    answer.warnings = 1;
    const ReasonSet reasons = reasons_after({}, {}, answer, marks);
    EXPECT_EQ(reasons, ReasonSet{Reason::previous_statement});
    EXPECT_FALSE(reasons_after(reasons, of({Effect::reads_previous}), ok(), marks).empty())
        << "and the next one";
    EXPECT_TRUE(reasons_after(reasons, {}, ok(), marks).empty());
}

TEST(Reasons, AStatementTheGrammarDoesNotKnowReserves) {
    SessionMarks marks;
    EXPECT_TRUE(reasons_after({}, of({Effect::unknown}), ok(), marks).has(Reason::unknown_statement));
    EXPECT_TRUE(may_reserve(of({Effect::unknown}), {}));
    EXPECT_FALSE(may_reserve({}, {}));
}

TEST(Reasons, PlainUserVariablesAreReplayedNotReserved) {
    SessionMarks marks;
    Effects set = of({Effect::sets_user_variable});
    set.assignments = {{router::VariableScope::user, "x", "5", true}};
    EXPECT_TRUE(reasons_after({}, set, ok(), marks).empty());
    set.assignments[0].literal = false;
    EXPECT_TRUE(reasons_after({}, set, ok(), marks).has(Reason::user_variable));
    EXPECT_TRUE(reasons_after({}, of({Effect::sets_user_variable}), ok(), marks).has(Reason::user_variable))
        << "SELECT @x := 1";
}

TEST(SettingsAfter, LiteralsAsWrittenExpressionsAsTheServerSays) {
    pool::SettingsTable table;
    Effects set = of({Effect::sets_variable});
    set.assignments = {{router::VariableScope::session, "autocommit", "0", true},
                       {router::VariableScope::session, "sql_mode", "CONCAT(@@sql_mode, ',ANSI')", false},
                       {router::VariableScope::session, "max_join_size", "1+1", false}};
    Answer answer;
    answer.variables = {{"sql_mode", "STRICT_TRANS_TABLES,ANSI"}, {"max_join_size", "2"}};
    const SettingsAfter after = settings_after(nullptr, set, answer, table);
    EXPECT_FALSE(after.untracked);
    ASSERT_TRUE(after.settings);
    EXPECT_EQ(after.settings->find("autocommit"), "0");
    EXPECT_EQ(after.settings->find("sql_mode"), "'STRICT_TRANS_TABLES,ANSI'");
    EXPECT_EQ(after.settings->find("max_join_size"), "2");
}

TEST(SettingsAfter, WhatNobodyTellsIsUntracked) {
    pool::SettingsTable table;
    Effects set = of({Effect::sets_variable});
    set.assignments = {{router::VariableScope::session, "x", "(select 1)", false}};
    EXPECT_TRUE(settings_after(nullptr, set, {}, table).untracked);
}

TEST(SettingsAfter, NamesReplaceTheCharacterSetVariables) {
    pool::SettingsTable table;
    const pool::SettingsRef before = table.intern({{"character_set_results", "NULL"}, {"sql_mode", "''"}});
    Effects set = of({Effect::sets_variable});
    set.assignments = {{router::VariableScope::names, "", "utf8mb4 COLLATE utf8mb4_bin", true}};
    const SettingsAfter after = settings_after(before, set, {}, table);
    EXPECT_EQ(after.settings->find("character_set_results"), std::nullopt);
    EXPECT_EQ(after.settings->find(pool::Settings::names), "utf8mb4 COLLATE utf8mb4_bin");
    EXPECT_EQ(after.settings->find("sql_mode"), "''");
}

TEST(SettingsAfter, ValuesAreQuotedAsTheyMustBe) {
    EXPECT_EQ(value_as_sql("12.5"), "12.5");
    EXPECT_EQ(value_as_sql("O'Brien\\"), "'O''Brien\\\\'");
    EXPECT_EQ(value_as_sql(""), "''");
}

TEST(Reasons, TheLastDeallocateEndsWhatPrepareBegan) {
    SessionMarks marks;
    const auto named = [](Effect effect, const char* name) {
        Effects effects = of({effect});
        effects.prepared_name = name;
        return effects;
    };
    ReasonSet reasons = reasons_after({}, named(Effect::text_prepare, "a"), ok(), marks);
    reasons = reasons_after(reasons, named(Effect::text_prepare, "b"), ok(), marks);
    reasons = reasons_after(reasons, named(Effect::text_deallocate, "a"), ok(), marks);
    EXPECT_TRUE(reasons.has(Reason::text_prepare));
    EXPECT_TRUE(reasons_after(reasons, named(Effect::text_deallocate, "b"), failed(), marks)
                    .has(Reason::text_prepare));
    EXPECT_TRUE(reasons_after(reasons, named(Effect::text_deallocate, "b"), ok(), marks).empty());
}

}  // namespace
}  // namespace leasehold::proxy
