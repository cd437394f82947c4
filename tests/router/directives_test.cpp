#include "router/directives.h"

#include <gtest/gtest.h>

namespace leasehold::router {
namespace {

std::optional<std::chrono::milliseconds> timeout_of(std::string_view sql) {
    return directives_of(sql).query_timeout;
}

std::optional<std::chrono::milliseconds> ms(int number) {
    return std::chrono::milliseconds(number);
}

TEST(Directives, query_timeout) {
    EXPECT_EQ(timeout_of("select /*vt+ QUERY_TIMEOUT_MS=100 */ 1"), ms(100));
    EXPECT_EQ(timeout_of("select /*vt+ALLOW_SCATTER query_timeout_ms=7*/ 1"), ms(7));
    EXPECT_EQ(timeout_of("/*vt+ QUERY_TIMEOUT_MS=5 X */ select 1"), ms(5));
}

TEST(Directives, what_is_none) {
    for (const std::string_view sql : {
             "select 1",
             "select /* QUERY_TIMEOUT_MS=100 */ 1",
             "select /*+ QUERY_TIMEOUT_MS=100 */ 1",
             "select '/*vt+ QUERY_TIMEOUT_MS=100 */'",
             "select /*vt+ QUERY_TIMEOUT_MS=x */ 1",
             "select /*vt+ QUERY_TIMEOUT_MS=0 */ 1",
             "select /*vt+ QUERY_TIMEOUT_MS=-5 */ 1",
             "select /*vt+ QUERY_TIMEOUT_MS=5s */ 1",
             "select /*vt+ QUERY_TIMEOUT_MS=99999999999 */ 1",
             "select /*vt+ QUERY_TIMEOUT_MS */ 1",
             "select /*vt+ MY_QUERY_TIMEOUT_MS=5 */ 1",
             "select /*vt+ */ 1",
             "select /*vt+",
             "/*vt+*/",
             "",
         }) {
        EXPECT_EQ(timeout_of(sql), std::nullopt) << sql;
    }
    const std::string far = "select '" + std::string(2000, 'x') + "', /*vt+ QUERY_TIMEOUT_MS=5 */ 1";
    EXPECT_EQ(timeout_of(far), std::nullopt);
}

TEST(Directives, switches) {
    EXPECT_TRUE(directives_of("select /*vt+ ALLOW_SCATTER */ 1").allow_scatter);
    EXPECT_TRUE(directives_of("select /*vt+ PLANNER=gen4 allow_scatter=1 */ 1").allow_scatter);
    EXPECT_TRUE(directives_of("update /*vt+ MULTI_SHARD_AUTOCOMMIT=TRUE */ t").multi_shard_autocommit);
    EXPECT_EQ(
        directives_of("select /*vt+ ALLOW_SCATTER=0 MULTI_SHARD_AUTOCOMMIT=false NO=ALLOW_SCATTER */ 1"),
        Directives());
    EXPECT_TRUE(directives_of("select /*vt+ SCATTER_ERRORS_AS_WARNINGS */ 1").scatter_errors_as_warnings);
    EXPECT_EQ(directives_of("select /*vt+ SCATTER_ERRORS_AS_WARNINGS=0 */ 1"), Directives());
    EXPECT_EQ(directives_of("select /* ALLOW_SCATTER */ 1"), Directives());
    const Directives both = directives_of("/*vt+ ALLOW_SCATTER QUERY_TIMEOUT_MS=3 */ select 1");
    EXPECT_TRUE(both.allow_scatter);
    EXPECT_EQ(both.query_timeout, ms(3));
}

}  // namespace
}  // namespace leasehold::router
