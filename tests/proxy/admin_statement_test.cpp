#include "proxy/admin_statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasehold::proxy::admin {
namespace {

using testing::HasSubstr;

Statement parsed(std::string_view text) {
    auto statement = parse(text);
    EXPECT_TRUE(statement) << text << ": " << (statement ? "" : statement.error().message);
    return statement ? *statement : Statement(Shutdown{});
}

std::string failure(std::string_view text) {
    const auto statement = parse(text);
    if (statement) return "(parsed)";
    EXPECT_EQ(statement.error().code, 1064);
    EXPECT_EQ(statement.error().sqlstate, "42000");
    return statement.error().message;
}

TEST(AdminStatementTest, Switches) {
    for (const char* on : {"ON", "on", "1", "True"}) EXPECT_EQ(to_switch(on), true) << on;
    for (const char* off : {"OFF", "0", "false"}) EXPECT_EQ(to_switch(off), false) << off;
    for (const char* neither : {"", "2", "ONE", "yes"})
        EXPECT_EQ(to_switch(neither), std::nullopt) << neither;
}

TEST(AdminStatement, EveryShowOfItsOwn) {
    for (const ShowWhat what : {ShowWhat::help,
                                ShowWhat::version,
                                ShowWhat::config,
                                ShowWhat::keyspaces,
                                ShowWhat::shards,
                                ShowWhat::tablets,
                                ShowWhat::pools,
                                ShowWhat::leases,
                                ShowWhat::clients,
                                ShowWhat::servers,
                                ShowWhat::stats,
                                ShowWhat::queries,
                                ShowWhat::memory,
                                ShowWhat::lists,
                                ShowWhat::plans,
                                ShowWhat::processlist,
                                ShowWhat::full_processlist,
                                ShowWhat::variables,
                                ShowWhat::status,
                                ShowWhat::warnings,
                                ShowWhat::errors,
                                ShowWhat::databases,
                                ShowWhat::tables,
                                ShowWhat::collation,
                                ShowWhat::character_set,
                                ShowWhat::engines,
                                ShowWhat::plugins}) {
        const std::string text = "SHOW " + std::string(to_string(what));
        EXPECT_EQ(parsed(text), Statement(Show{what, std::nullopt})) << text;
    }
}

TEST(AdminStatement, Values) {
    const std::pair<std::string_view, Statement> table[] = {
        {"show pools", Show{ShowWhat::pools, std::nullopt}},
        {"  Show\tPools ; ", Show{ShowWhat::pools, std::nullopt}},
        {"/* a */ SHOW -- b\n POOLS # c", Show{ShowWhat::pools, std::nullopt}},
        {"SHOW MEM", Show{ShowWhat::memory, std::nullopt}},
        {"SHOW POOLS LIKE 'cust%'", Show{ShowWhat::pools, "cust%"}},
        {R"(SHOW CONFIG LIKE "a""b\_c\'d\\e")", Show{ShowWhat::config, R"(a"b\_c'd\e)"}},
        {"SHOW GLOBAL VARIABLES LIKE 'max%';", Show{ShowWhat::variables, "max%"}},
        {"SHOW VARIABLES WHERE Variable_name = 'a' OR 1", Show{ShowWhat::variables, std::nullopt}},
        {"SHOW SESSION STATUS", Show{ShowWhat::status, std::nullopt}},
        {"SHOW FULL TABLES FROM `x` LIKE 'PROBABLYNOT'", Show{ShowWhat::tables, "PROBABLYNOT"}},
        {"SHOW FULL PROCESSLIST", Show{ShowWhat::full_processlist, std::nullopt}},
        {"SHOW CHARACTER SET", Show{ShowWhat::character_set, std::nullopt}},
        {"RELOAD", Reload{}},
        {"reload;", Reload{}},
        {"PAUSE", Pause{}},
        {"PAUSE customer-eu", Pause{"customer-eu"}},
        {"PAUSE `cust omer`;", Pause{"cust omer"}},
        {"RESUME", Resume{}},
        {"RESUME 'customer'", Resume{"customer"}},
        {"RECONNECT", Reconnect{}},
        {"RECONNECT commerce ;", Reconnect{"commerce"}},
        {"DRAIN 127.0.0.1:3311", Drain{"127.0.0.1:3311"}},
        {"DRAIN [::1]:3311", Drain{"[::1]:3311"}},
        {"DRAIN unix:/run/m.sock;", Drain{"unix:/run/m.sock"}},
        {"DRAIN 'unix:/run/m y.sock'", Drain{"unix:/run/m y.sock"}},
        {"KILL 7", Kill{false, 7}},
        {"KILL CONNECTION 7", Kill{false, 7}},
        {"kill query 18446744073709551615", Kill{true, 18446744073709551615U}},
        {"SHUTDOWN", Shutdown{}},
        {"SET memory_profiling = ON", SetVariable{"memory_profiling", "ON"}},
        {"SET Log.Level='debug'", SetVariable{"log.level", "debug"}},
        {"SET GLOBAL shutdown_grace := 5s;", SetVariable{"shutdown_grace", "5s"}},
        {"SET memory.high_watermark = 0.9", SetVariable{"memory.high_watermark", "0.9"}},
        {"SET NAMES utf8mb4", Acknowledged{}},
        {"SET AUTOCOMMIT = 0", Acknowledged{}},
        {"set autocommit=1, session_track_schema=1, sql_mode=concat(@@sql_mode,',STRICT_TRANS_TABLES')",
         Acknowledged{}},
        {"SET character_set_results = NULL", Acknowledged{}},
        {"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", Acknowledged{}},
        {"SET @@session.time_zone = '+00:00'", Acknowledged{}},
        {"/*!40101 SET NAMES utf8 */;", Acknowledged{}},
        {"USE commerce", Acknowledged{}},
        {"COMMIT", Acknowledged{}},
        {"ROLLBACK", Acknowledged{}},
        {"START TRANSACTION READ ONLY", Acknowledged{}},
        {"EXPLAIN ROUTE SELECT * FROM a WHERE b = 'c;d' ; ", ExplainRoute{"SELECT * FROM a WHERE b = 'c;d'"}},
        {"DUMP HEAP PROFILE", DumpHeapProfile{}},
    };
    for (const auto& [text, statement] : table) EXPECT_EQ(parsed(text), statement) << text;
}

SelectItem item(SelectItem::Kind kind, std::string value, std::string column) {
    return {kind, std::move(value), std::move(column)};
}

TEST(AdminStatement, Selects) {
    using K = SelectItem::Kind;
    const std::pair<std::string_view, std::vector<SelectItem>> table[] = {
        {"select @@version_comment limit 1", {item(K::variable, "version_comment", "@@version_comment")}},
        {"SELECT 1", {item(K::number, "1", "1")}},
        {"SELECT -1.50 AS x", {item(K::number, "-1.50", "x")}},
        {"SELECT 'a''b'", {item(K::text, "a'b", "a'b")}},
        {"SELECT NULL, TRUE, false",
         {item(K::null, "", "NULL"), item(K::number, "1", "TRUE"), item(K::number, "0", "false")}},
        {"SELECT DATABASE(), USER() LIMIT 1",
         {item(K::function, "database", "DATABASE()"), item(K::function, "user", "USER()")}},
        {"SELECT CURRENT_USER", {item(K::function, "current_user", "CURRENT_USER")}},
        {"SELECT version ( ) v FROM DUAL", {item(K::function, "version", "v")}},
        {"/* mysql-connector-j-9 */SELECT  @@session.auto_increment_increment AS auto_increment_increment, "
         "@@character_set_client AS `character_set_client`",
         {item(K::variable, "auto_increment_increment", "auto_increment_increment"),
          item(K::variable, "character_set_client", "character_set_client")}},
        {"SELECT @@SESSION.Transaction_Isolation",
         {item(K::variable, "transaction_isolation", "@@SESSION.Transaction_Isolation")}},
    };
    for (const auto& [text, items] : table) EXPECT_EQ(parsed(text), Statement(Select{items})) << text;
}

TEST(AdminStatement, ErrorsSayWhatWasMeant) {
    EXPECT_THAT(failure("SHOW POOLZ"), HasSubstr("did you mean POOLS?"));
    EXPECT_THAT(failure("SHOW POOLZ"), HasSubstr("near 'POOLZ'"));
    EXPECT_THAT(failure("SHOW KEYSPACE"), HasSubstr("did you mean KEYSPACES?"));
    EXPECT_THAT(failure("SHWO POOLS"), HasSubstr("did you mean SHOW?"));
    EXPECT_THAT(failure("RELAOD"), HasSubstr("did you mean RELOAD?"));
    EXPECT_THAT(failure("FROBNICATE"), testing::Not(HasSubstr("did you mean")));
    EXPECT_THAT(failure("FROBNICATE"), HasSubstr("SHOW HELP"));
}

TEST(AdminStatement, Errors) {
    for (const std::string_view text : {"",
                                        "  ;; ",
                                        "/* only */",
                                        "SHOW",
                                        "SHOW;",
                                        "SHOW POOLS LIKE",
                                        "SHOW POOLS LIKE pools",
                                        "SHOW POOLS WHERE 1",
                                        "SHOW POOLS POOLS",
                                        "SHOW TABLES LIKE 'a",
                                        "SHOW TABLES FROM `a",
                                        "RELOAD now",
                                        "PAUSE a b",
                                        "PAUSE 'a' b",
                                        "PAUSE 'a",
                                        "DRAIN",
                                        "DRAIN ;",
                                        "KILL",
                                        "KILL all",
                                        "KILL -1",
                                        "KILL 1 2",
                                        "KILL 18446744073709551616",
                                        "KILL QUERY",
                                        "SHUTDOWN now",
                                        "SET",
                                        "SET x",
                                        "SET x =",
                                        "SET x = a b",
                                        "SET x = 1, y = 2",
                                        "SET x = 'a' b",
                                        "SET x = 'a",
                                        "SET x.",
                                        "SET = 1",
                                        "EXPLAIN SELECT 1",
                                        "EXPLAIN ROUTE",
                                        "EXPLAIN ROUTE ;",
                                        "DUMP",
                                        "DUMP HEAP",
                                        "DUMP HEAP PROFILE x",
                                        "SELECT",
                                        "SELECT *",
                                        "SELECT * FROM t",
                                        "SELECT 1 FROM t",
                                        "SELECT $$",
                                        "SELECT SLEEP(1)",
                                        "SELECT USER",
                                        "SELECT USER(1)",
                                        "SELECT @@",
                                        "SELECT @a",
                                        "SELECT @@session.",
                                        "SELECT 1 AS",
                                        "SELECT 1,",
                                        "SELECT 1.",
                                        "SELECT -",
                                        "SELECT 1 LIMIT",
                                        "SELECT 1 LIMIT x",
                                        "SELECT 1; SELECT 2",
                                        "SELECT 'a",
                                        "INSERT INTO t VALUES (1)"}) {
        EXPECT_NE(failure(text), "(parsed)") << text;
    }
}

TEST(AdminStatement, LongTextIsCutInErrorsBetweenCharacters) {
    const std::string message = failure("x" + std::string(58, 'a') + "\xC3\xA9" + std::string(5000, 'b'));
    EXPECT_LT(message.size(), 300U);
    EXPECT_THAT(message, HasSubstr("aaa\xC3"));
    EXPECT_THAT(failure("x" + std::string(59, 'a') + "\xC3\xA9" + std::string(5000, 'b')),
                HasSubstr("aaa...'"));
}

TEST(AdminStatement, ManyColumnsAreRefused) {
    std::string text = "SELECT 1";
    for (int i = 0; i < 300; ++i) text += ",1";
    EXPECT_THAT(failure(text), HasSubstr("too many columns"));
}

TEST(AdminStatement, EveryPrefixIsAValueOrAnError) {
    for (const std::string_view text :
         {R"(SHOW POOLS LIKE 'a\'b''c' ;)", "SELECT @@session.`x` AS 'y', DATABASE() FROM DUAL LIMIT 1, 2",
          "/*!40101 SET a.b := \"c\" */", "DRAIN `127.0.0.1:3306`", "KILL QUERY 12 -- x"}) {
        for (std::size_t length = 0; length <= text.size(); ++length) {
            const auto statement = parse(text.substr(0, length));
            EXPECT_TRUE(statement || statement.error().code == 1064);
        }
    }
}

}  // namespace
}  // namespace leasehold::proxy::admin
