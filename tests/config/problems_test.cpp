// A table of files and of every problem each has, by line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/loading.h"

namespace leasehold::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Row {
    const char* yaml;
    std::vector<std::string> problems;
};

void expect_problems(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        LoadResult result = load(row.yaml);
        EXPECT_EQ(lines_of(result.problems), row.problems) << row.yaml;
        EXPECT_EQ(result.ok(), row.problems.empty()) << row.yaml;
    }
}

TEST(Problems, UnknownKeys) {
    expect_problems({
        {"worker: 2", {"lh.yaml:1: unknown key \"worker\" at the top; did you mean \"workers\"?"}},
        {"listen:\n  mysqll: a:1\n  htpt: b:2\n",
         {"lh.yaml:2: unknown key \"mysqll\" in listen; did you mean \"mysql\"?",
          "lh.yaml:3: unknown key \"htpt\" in listen; did you mean \"http\"?"}},
        {"max_clients: 5", {"lh.yaml:1: unknown key \"max_clients\" at the top; it belongs in listen"}},
        {"tablet_defaults: {size: 5}",
         {"lh.yaml:1: unknown key \"size\" in tablet_defaults; it belongs in tablet_defaults.pool"}},
        {"log: {zzz: 5}", {"lh.yaml:1: unknown key \"zzz\" in log; expected one of level, format, queue"}},
        {"base: &b {level: info}\nlog:\n  <<: *b\n",
         {"lh.yaml:1: unknown key \"base\" at the top; expected one of listen, workers, memory, "
          "shutdown_grace, admins, "
          "users, tablet_defaults, keyspaces, limits, plan_cache, gather, log, health, server_version, "
          "default_collation",
          "lh.yaml:3: unknown key \"<<\" in log; merge keys are not supported, repeat the keys or use an "
          "alias for the "
          "whole map"}},
        {"\"a\\nb\\u0007\": 1\n",
         {"lh.yaml:1: unknown key \"a\\x0ab\\x07\" at the top; expected one of listen, "
          "workers, memory, shutdown_grace, admins, users, tablet_defaults, keyspaces, limits, "
          "plan_cache, gather, log, health, server_version, default_collation"}},
    });
}

TEST(Problems, Values) {
    expect_problems({
        {"workers: many", {"lh.yaml:1: workers is \"many\"; expected auto or a whole number from 0 to 1024"}},
        {"workers: -1", {"lh.yaml:1: workers is \"-1\"; expected auto or a whole number from 0 to 1024"}},
        {"workers: 1025", {"lh.yaml:1: workers is \"1025\"; expected auto or a whole number from 0 to 1024"}},
        {"workers: 4294967297",
         {"lh.yaml:1: workers is \"4294967297\"; expected auto or a whole number from 0 to 1024"}},
        {"workers:", {"lh.yaml:1: workers is nothing; expected auto or a whole number from 0 to 1024"}},
        {"workers: [1]", {"lh.yaml:1: workers is a list; expected auto or a whole number from 0 to 1024"}},
        {"shutdown_grace: 30",
         {"lh.yaml:1: shutdown_grace is \"30\"; expected 0 or a time from 1ms to 24h, with its unit (ms, s, "
          "m, h)"}},
        {"shutdown_grace: 25h",
         {"lh.yaml:1: shutdown_grace is \"25h\"; expected 0 or a time from 1ms to 24h, with its unit (ms, s, "
          "m, h)"}},
        {"shutdown_grace: {s: 30}",
         {"lh.yaml:1: shutdown_grace is a map; expected 0 or a time from 1ms to 24h, with its unit (ms, s, "
          "m, h)"}},
        {"limits: {max_allowed_packet: 64M}",
         {"lh.yaml:1: limits.max_allowed_packet is \"64M\"; expected a size from 16KiB to 1GiB, with its "
          "unit (B, KiB, "
          "MiB, GiB)"}},
        {"limits: {max_allowed_packet: 2GiB}",
         {"lh.yaml:1: limits.max_allowed_packet is \"2GiB\"; expected a size from 16KiB to 1GiB, with its "
          "unit (B, KiB, "
          "MiB, GiB)"}},
        {"memory: {limit: 0.8, high_watermark: 85%}",
         {"lh.yaml:1: memory.limit is \"0.8\"; expected auto or a size from 16MiB to 1048576GiB, with its "
          "unit (B, KiB, "
          "MiB, GiB)",
          "lh.yaml:1: memory.high_watermark is \"85%\"; expected a number from 0.1 to 1"}},
        {"memory: 1GiB", {"lh.yaml:1: memory is a value; expected a map of keys and values"}},
        {"log: {level: warn}",
         {"lh.yaml:1: log.level is \"warn\"; expected one of debug, info, warning, error"}},
        {"log: {level: warnning}",
         {"lh.yaml:1: log.level is \"warnning\"; expected one of debug, info, warning, error; did you mean "
          "\"warning\"?"}},
        {"log: [text]", {"lh.yaml:1: log is a list; expected a map of keys and values"}},
        {"server_version: MariaDB",
         {"lh.yaml:1: server_version is \"MariaDB\"; expected auto or a version such as 8.0.40, of fewer "
          "than 60 "
          "characters"}},
        {"default_collation: utf8mb4 general",
         {"lh.yaml:1: default_collation is \"utf8mb4 general\"; expected auto or a collation such as "
          "utf8mb4_general_ci"}},
        {"[1, 2]", {"lh.yaml:1: the file is a list; expected a map of keys and values"}},
        {"just text", {"lh.yaml:1: the file is a value; expected a map of keys and values"}},
    });
}

TEST(Problems, Listen) {
    expect_problems({
        {"listen: {mysql: []}", {"lh.yaml:1: listen.mysql is an empty list; expected at least one address"}},
        {"listen:\n  mysql: [a:1, 'b', {c: 1}]\n",
         {"lh.yaml:2: listen.mysql: \"b\" has no port; expected host:port, [ipv6]:port or "
          "unix:/absolute/path",
          "lh.yaml:2: listen.mysql is a map; expected an address such as 127.0.0.1:3306"}},
        {"listen:\n  mysql: a:1\n  http: a:1\n",
         {"lh.yaml:3: listen.http has the address a:1, which listen.mysql has already; expected another"}},
        {"listen:\n  admin: 0.0.0.0:15307\n",
         {"lh.yaml:2: listen.admin is 0.0.0.0:15307 and there are no admins; expected admins with passwords, "
          "or a "
          "loopback address such as 127.0.0.1:15307"}},
        {"listen: {admin: 0.0.0.0:15307}\nadmins: [{name: a, password: b}]", {}},
        {"listen: {tls: {}}", {"lh.yaml:1: listen.tls has no cert and no key; expected both"}},
        {"listen:\n  tls: {cert: x.pem}\n",
         {"lh.yaml:2: listen.tls has a cert without its key; expected both",
          "lh.yaml:2: listen.tls.cert: cannot read \"x.pem\" (No such file or directory); expected a "
          "readable file, "
          "relative names starting at the folder of this one"}},
        {"listen: {tls: {required: maybe, cert: '', key: ''}}",
         {"lh.yaml:1: listen.tls has no cert and no key; expected both",
          "lh.yaml:1: listen.tls.required is \"maybe\"; expected true or false"}},
    });
}

TEST(Problems, Accounts) {
    expect_problems({
        {"users: {app: secret}",
         {"lh.yaml:1: users is a map; expected a list such as [{name: app, password: secret}]"}},
        {"users:\n  - {name: a, password: x}\n  - {name: a, password: y}\n",
         {"lh.yaml:3: users[1] has the name \"a\" of line 2; expected each name once"}},
        {"users: [{password: x}]", {"lh.yaml:1: users[0] has no name; expected name and a password"}},
        {"users: [{name: '', password: x}]", {"lh.yaml:1: users[0].name is \"\"; expected 1 to 128 bytes"}},
        {"admins: [{name: a}]",
         {"lh.yaml:1: admins[0] has no password; expected one of password, password_env, password_file, "
          "password_hash"}},
        {"users: [app]", {"lh.yaml:1: users[0] is a value; expected a map of keys and values"}},
        {"users:\n  - name: a\n    password: x\n    keyspaces: [comerce, nothing]\n    keyspace: x\n"
         "tablet_defaults: {user: u}\nkeyspaces: {commerce: {shards: {-: {primary: 'a:1'}}}}\n",
         {"lh.yaml:4: user \"a\" may use keyspace \"comerce\", which does not exist; did you mean "
          "\"commerce\"?",
          "lh.yaml:4: user \"a\" may use keyspace \"nothing\", which does not exist; expected one of "
          "commerce",
          "lh.yaml:5: unknown key \"keyspace\" in users[0]; did you mean \"keyspaces\"?"}},
    });
}

TEST(Problems, Keyspaces) {
    expect_problems({
        {"keyspaces: [a]", {"lh.yaml:1: keyspaces is a list; expected a map of names to keyspaces"}},
        {"keyspaces: {k: }",
         {"lh.yaml:1: keyspaces.k has no shards; expected shards: {\"-\": {primary: host:port}}"}},
        {"keyspaces: {k: {shards: {}}}",
         {"lh.yaml:1: keyspaces.k.shards is empty; expected {\"-\": {primary: host:port}}"}},
        {"keyspaces: {k: {shards: 127.0.0.1:1}}",
         {"lh.yaml:1: keyspaces.k.shards is a value; expected {\"-\": {primary: host:port}}"}},
        {"keyspaces: {k: {shards: {-: 127.0.0.1:1}}}",
         {"lh.yaml:1: keyspaces.k.shards.- is a value; expected a map of keys and values"}},
        {"keyspaces: {k: {shards: {-: {replicas: []}}}}",
         {"lh.yaml:1: keyspaces.k.shards.- has no primary; expected primary: host:port"}},
        {"keyspaces: {k: {shards: {-: {primary: 'a:1'}}}}",
         {"lh.yaml:1: keyspaces.k.shards.-.primary has no user; expected one at the tablet, its keyspace or "
          "in "
          "tablet_defaults"}},
        {"keyspaces: {'a:b': {user: u, shards: {-: {primary: 'a:1'}}}}",
         {"lh.yaml:1: keyspace \"a:b\" has no usable name; expected 1 to 64 bytes without blanks and without "
          "any of : @ "
          "/ [ ] ` . \\"}},
        {"keyspaces: {mysql: {user: u, shards: {-: {primary: 'a:1'}}}}",
         {"lh.yaml:1: keyspace \"mysql\" has the name of a system schema; expected another, with database "
          "for the "
          "schema's name on the tablets"}},
        {"keyspaces: {k: {user: u, other_databases: true, vschema: {sharded: true}, shards: {-: {primary: "
         "'a:1'}}}}",
         {"lh.yaml:1: keyspaces.k.other_databases is true; expected false in a sharded keyspace"}},
        {"keyspaces: {k: {user: u, database: '', shards: {-: {primary: 'a:1'}}}}",
         {"lh.yaml:1: keyspaces.k.database is \"\"; expected a schema's name of 1 to 64 bytes"}},
        {"keyspaces: {k: {user: u, shards: {-: {primary: 'a:1'}}}, k: {user: u, shards: {-: {primary: "
         "'a:2'}}}}",
         {"lh.yaml:1: key \"k\" stands twice in the same map, first on line 1; expected it once"}},
    });
}

TEST(Problems, Shards) {
    expect_problems({
        {"keyspaces: {k: {user: u, vschema: {sharded: true}, shards: {'1': {primary: 'a:1'}, 8-: {primary: "
         "'a:2'}}}}",
         {"lh.yaml:1: keyspaces.k.shards: \"1\" is no key range; expected start-end in pairs of hexadecimal "
          "digits: "
          "\"-\", \"-80\", \"40-80\", \"80-\"",
          "lh.yaml:1: keyspaces.k.shards: \"8-\" is no key range; expected start-end in pairs of hexadecimal "
          "digits: "
          "\"-\", \"-80\", \"40-80\", \"80-\""}},
        {"keyspaces:\n  k:\n    user: u\n    vschema: {sharded: true}\n    shards: {-40: {primary: 'a:1'}, "
         "80-: {primary: "
         "'a:2'}}\n",
         {"lh.yaml:5: keyspaces.k.shards: no shard covers 40-80; expected every keyspace id in one shard"}},
        {"keyspaces: {k: {user: u, shards: {-80: {primary: 'a:1'}}}}",
         {"lh.yaml:1: keyspaces.k.shards: no shard covers 80-; expected every keyspace id in one shard"}},
        {"keyspaces: {k: {user: u, shards: {-80: {primary: 'a:1'}, 80-: {primary: 'a:2'}}}}",
         {"lh.yaml:1: keyspaces.k has 2 shards and no vschema; expected a vschema that says sharded: true "
          "and which "
          "column decides"}},
        {"keyspaces: {k: {user: u, vschema: {}, shards: {-80: {primary: 'a:1'}, 80-: {primary: 'a:2'}}}}",
         {"lh.yaml:1: keyspaces.k has 2 shards and a vschema that is not sharded; expected sharded: true, or "
          "one shard "
          "named \"-\""}},
    });
}

TEST(Problems, Tablets) {
    expect_problems({
        {"keyspaces:\n  k:\n    user: u\n    shards:\n      -:\n        primary: a:1\n        replicas:\n    "
         "    - a:2\n"
         "        - a:1\n        - {address: a:2}\n",
         {"lh.yaml:9: keyspaces.k.shards.-.replicas[1] has the address of the tablet on line 6; expected "
          "each tablet "
          "once in a keyspace",
          "lh.yaml:10: keyspaces.k.shards.-.replicas[2].address has the address of the tablet on line 8; "
          "expected each "
          "tablet once in a keyspace"}},
        {"keyspaces: {k: {user: u, shards: {-: {primary: {user: x}, replicas: a:1}}}}",
         {"lh.yaml:1: keyspaces.k.shards.-.primary has no address; expected address: host:port",
          "lh.yaml:1: keyspaces.k.shards.-.replicas is a value; expected a list of addresses"}},
        {"keyspaces: {k: {user: u, shards: {-: {primary: [a], replicas: [[b]]}}}}",
         {"lh.yaml:1: keyspaces.k.shards.-.primary is a list; expected an address or a map with one",
          "lh.yaml:1: keyspaces.k.shards.-.replicas[0] is a list; expected an address or a map with one"}},
        {"keyspaces: {k: {user: u, shards: {-: {primary: 'a:0', master: b}}}}",
         {"lh.yaml:1: keyspaces.k.shards.-.primary has port 0; expected the port the tablet listens on",
          "lh.yaml:1: unknown key \"master\" in keyspaces.k.shards.-; expected one of primary, replicas"}},
        {"keyspaces: {k: {user: u, shards: {-: {primary: 127.0.0.1}}}}",
         {"lh.yaml:1: keyspaces.k.shards.-.primary: \"127.0.0.1\" has no port; expected host:port, "
          "[ipv6]:port or "
          "unix:/absolute/path"}},
        {"tablet_defaults: {password_hash: '*14E65567ABDB5135D0CFD9A70B3032C179A49EE7'}",
         {"lh.yaml:1: tablet_defaults.password_hash cannot be used to log in to a tablet; expected password, "
          "password_env or password_file"}},
        {"tablet_defaults: {tls: {mode: verify, key: k}}",
         {"lh.yaml:1: tablet_defaults.tls has a key without its cert; expected both or neither",
          "lh.yaml:1: tablet_defaults.tls.mode is \"verify\"; expected one of disabled, preferred, required, "
          "verify_ca, "
          "verify_identity; did you mean \"verify_ca\"?",
          "lh.yaml:1: tablet_defaults.tls.key: cannot read \"k\" (No such file or directory); expected a "
          "readable file, "
          "relative names starting at the folder of this one"}},
    });
}

TEST(Problems, Pools) {
    expect_problems({
        {"tablet_defaults:\n  pool:\n    size: 10\n    reserved: 11\n    min_idle: 12\n",
         {"lh.yaml:4: tablet_defaults.pool.reserved is 11 of a size of 10; expected at most size",
          "lh.yaml:5: tablet_defaults.pool.min_idle is 12 of a size of 10; expected at most size"}},
        {"tablet_defaults: {user: u, pool: {reserved: 20}}\nkeyspaces:\n  k:\n    pool: {size: 10}\n    "
         "shards: {-: "
         "{primary: 'a:1'}}\n",
         {"lh.yaml:4: keyspaces.k.pool.reserved is 20 of a size of 10; expected at most size"}},
        {"tablet_defaults: {pool: {size: 0, wait_timeout: 2h, lifetime_jitter: 1.5}}",
         {"lh.yaml:1: tablet_defaults.pool.size is \"0\"; expected a whole number from 1 to 100000",
          "lh.yaml:1: tablet_defaults.pool.wait_timeout is \"2h\"; expected 0 or a time from 1ms to 1h, with "
          "its unit "
          "(ms, s, m, h)",
          "lh.yaml:1: tablet_defaults.pool.lifetime_jitter is \"1.5\"; expected a number from 0 to 1"}},
    });
}

TEST(Problems, AllOfAFileAreListed) {
    EXPECT_THAT(problems_of("workers: x\nlisten: {tls: 1}\nusers: [1]\nkeyspaces: {a: 1}\nlimits: {x: 1}\n"),
                ElementsAre(StartsWith("lh.yaml:1:"), StartsWith("lh.yaml:2:"), StartsWith("lh.yaml:3:"),
                            StartsWith("lh.yaml:4:"), StartsWith("lh.yaml:4:"), StartsWith("lh.yaml:5:")));
}

TEST(Problems, TheirNumberIsBounded) {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "unknown_" + std::to_string(i) + ": 1\n";
    std::vector<std::string> problems = problems_of(text);
    EXPECT_LE(problems.size(), 201u);
    EXPECT_GE(problems.size(), 200u);
}

TEST(Problems, SyntaxError) {
    EXPECT_THAT(problems_of("workers: 2\nlisten: {mysql: a:1\nlog: {}\n"),
                ElementsAre(StartsWith("lh.yaml:3: not valid YAML")));
}

TEST(Problems, MissingFile) {
    LoadResult result = load_file("nowhere.yaml", Outside{}.inputs());
    EXPECT_FALSE(result.ok());
    EXPECT_THAT(lines_of(result.problems),
                ElementsAre("nowhere.yaml: cannot be read (No such file or directory)"));
}

TEST(Problems, OneLineEach) {
    for (const std::string& problem :
         problems_of("\"a\\nb\": 1\nworkers: \"1\\n2\"\nlog: {level: \"\\0\"}\n")) {
        EXPECT_THAT(problem, testing::Not(HasSubstr("\n")));
        EXPECT_EQ(problem.find('\0'), std::string::npos);
    }
}

}  // namespace
}  // namespace leasehold::config
