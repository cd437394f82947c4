#include "pool/settings.h"

#include <gtest/gtest.h>

namespace leasehold::pool {
namespace {

TEST(Settings, TheSameValuesAreTheSamePointer) {
    SettingsTable table;
    const SettingsRef a = table.intern({{"sql_mode", "'ANSI'"}, {"autocommit", "0"}});
    const SettingsRef b = table.with(table.intern({{"autocommit", "0"}}), "sql_mode", "'ANSI'");
    EXPECT_EQ(a, b);
    EXPECT_EQ(table.size(), 1u) << "the set in between is gone with its last user";
    EXPECT_EQ(table.without(table.without(a, "sql_mode"), "autocommit"), nullptr);
}

TEST(Settings, ReplaySaysOnlyWhatDiffers) {
    SettingsTable table;
    const SettingsRef one = table.intern({{"autocommit", "0"}});
    const SettingsRef two = table.intern({{"autocommit", "0"}, {"time_zone", "'+00:00'"}});
    EXPECT_EQ(replay_sql(nullptr, one), "SET SESSION autocommit = 0");
    EXPECT_EQ(replay_sql(one, two), "SET SESSION time_zone = '+00:00'");
    EXPECT_EQ(replay_sql(two, two), "");
}

TEST(Settings, WhatHasToBeTakenAwayNeedsAReset) {
    SettingsTable table;
    const SettingsRef one = table.intern({{"autocommit", "0"}});
    EXPECT_EQ(replay_sql(one, nullptr), std::nullopt);
    EXPECT_EQ(replay_sql(one, table.intern({{"time_zone", "'+00:00'"}})), std::nullopt);
}

TEST(Settings, NamesComeFirstAndDragTheRestAlong) {
    SettingsTable table;
    const std::string names(Settings::names);
    const SettingsRef has = table.intern({{"character_set_results", "NULL"}, {names, "latin1"}});
    const SettingsRef wanted = table.intern({{"character_set_results", "NULL"}, {names, "utf8mb4"}});
    EXPECT_EQ(replay_sql(has, wanted), "SET NAMES utf8mb4, SESSION character_set_results = NULL");
}

TEST(Settings, UserVariablesHaveNoScope) {
    SettingsTable table;
    EXPECT_EQ(replay_sql(nullptr, table.intern({{"@x", "5"}})), "SET @x = 5");
}

}  // namespace
}  // namespace leasehold::pool
