#include "base/log.h"

#include <gtest/gtest.h>

namespace leasehold {
namespace {

TEST(Log, TextQuotesWhatWouldBreakARecord) {
    EXPECT_EQ(format_record(LogFormat::text, "tablet up",
                            {{"tablet", "127.0.0.1:3306"}, {"why", "a \"b\"\n"}, {"n", 3}}),
              R"(event="tablet up" tablet=127.0.0.1:3306 why="a \"b\"\n" n=3)");
    EXPECT_EQ(format_record(LogFormat::text, "ready", {{"empty", ""}}), "event=ready empty=\"\"");
}

TEST(Log, JsonEscapesControlCharacters) {
    EXPECT_EQ(format_record(LogFormat::json, "e", {{"k", std::string_view("a\x01\t")}}),
              "{\"event\":\"e\",\"k\":\"a\\u0001\\t\"}");
}

}  // namespace
}  // namespace leasehold
