#include "router/vschema.h"

#include <gtest/gtest.h>

#include "router/vindex.h"
#include "tests/router/test_topology.h"

namespace leasehold::router {
namespace {

VSchema sound() {
    VSchema vschema;
    vschema.sharded = true;
    vschema.vindexes["hash"] = {"hash", {}, ""};
    vschema.tables["t"] = table_by("hash", "id");
    return vschema;
}

using Lines = std::vector<std::string>;

TEST(VSchema, sound_ones_have_no_problems) {
    EXPECT_EQ(problems({}), Lines{});
    EXPECT_EQ(problems(sound()), Lines{});
    VSchema unsharded;
    unsharded.tables["t"] = {};
    unsharded.tables["s"].type = TableType::sequence;
    EXPECT_EQ(problems(unsharded), Lines{});
    const std::shared_ptr<const Topology> topology = test_topology();
    for (const Keyspace& keyspace : topology->keyspaces) EXPECT_EQ(problems(keyspace.vschema), Lines{});
}

TEST(VSchema, each_problem_is_told_with_its_path) {
    const auto check = [](const auto& spoil, const std::string& expected) {
        VSchema vschema = sound();
        spoil(vschema);
        EXPECT_EQ(problems(vschema), Lines{expected});
    };
    check(
        [](VSchema& v) {
            v.vindexes["x"] = {"hahs", {}, ""};
        },
        "vindexes.x.type: unknown vindex type \"hahs\" (known: binary binary_md5 cfc hash modulo multicol "
        "null numeric numeric_static_map region_experimental region_json reverse_bits unicode_loose_md5 "
        "unicode_loose_xxhash xxhash "
        "consistent_lookup consistent_lookup_unique lookup lookup_unique)");
    check(
        [](VSchema& v) {
            v.vindexes["x"] = {"modulo", {{"count", "many"}}, ""};
        },
        "vindexes.x.params.count: is \"many\"; expected a number from 1 to 4294967295");
    check(
        [](VSchema& v) {
            v.vindexes["x"] = {"hash", {{"count", "4"}}, ""};
        },
        "vindexes.x.params.count: vindex type \"hash\" takes no parameters");
    const auto check_lookup = [&](VindexParams params, const std::string& expected) {
        check(
            [&](VSchema& v) {
                v.vindexes["x"] = {"lookup_unique", std::move(params), ""};
            },
            "vindexes.x.params." + expected);
    };
    const VindexParams whole = {{"table", "a.b"}, {"from", "c"}, {"to", "d"}};
    const auto with = [&](const std::string& name, const std::string& value) {
        VindexParams params = whole;
        params[name] = value;
        return params;
    };
    check_lookup({{"from", "c"}, {"to", "d"}}, "table: is missing");
    check_lookup(with("to", ""), "to: is missing");
    check_lookup(with("from", "c,e"), "from: is \"c,e\"; lookups of several columns are not supported");
    check_lookup(with("write_only", "yes"), "write_only: is \"yes\"; expected true or false");
    check_lookup(with("autocommit", "true"), "autocommit: is not supported");
    check_lookup(with("read_lock", "shared"), "read_lock: is \"shared\"; only none is supported");
    check_lookup(with("writeonly", "true"), "writeonly: is no parameter of lookup_unique");
    check(
        [&](VSchema& v) {
            v.vindexes["x"] = {"lookup_unique", whole, ""};
            v.tables["t"].column_vindexes[0].name = "x";
        },
        "tables.t.column_vindexes[0].name: the primary vindex \"x\" is a lookup; it places no rows");
    check([](VSchema& v) { v.vindexes["hash"].owner = "u"; }, "vindexes.hash.owner: there is no table \"u\"");
    check([](VSchema& v) { v.tables["u"] = {}; },
          "tables.u.column_vindexes: a table of a sharded keyspace needs a primary vindex");
    check([](VSchema& v) { v.tables["t"].column_vindexes[0].name = "no"; },
          "tables.t.column_vindexes[0].name: there is no vindex \"no\"");
    check(
        [](VSchema& v) {
            v.tables["t"].column_vindexes.push_back({"no", {"a"}});
        },
        "tables.t.column_vindexes[1].name: there is no vindex \"no\"");
    check([](VSchema& v) { v.tables["t"].column_vindexes[0].columns.clear(); },
          "tables.t.column_vindexes[0].column: is missing");
    check([](VSchema& v) { v.tables["t"].column_vindexes[0].columns = {""}; },
          "tables.t.column_vindexes[0].column: is missing");
    check(
        [](VSchema& v) {
            v.tables["t"].column_vindexes[0].columns = {"a", "b"};
        },
        "tables.t.column_vindexes[0].columns: vindex \"hash\" takes 1, not 2");
    check(
        [](VSchema& v) {
            v.tables["t"].auto_increment = AutoIncrement{"", "s"};
        },
        "tables.t.auto_increment.column: is missing");
    check(
        [](VSchema& v) {
            v.tables["t"].auto_increment = AutoIncrement{"id", ""};
        },
        "tables.t.auto_increment.sequence: is missing");
    check(
        [](VSchema& v) {
            v.tables["t"].columns = {{"a", ""}, {"A", ""}};
        },
        "tables.t.columns[1].name: \"A\" is there twice");
    check([](VSchema& v) { v.tables["t"].columns = {{"", ""}}; }, "tables.t.columns[0].name: is missing");
    check([](VSchema& v) { v.tables["t"].column_list_authoritative = true; },
          "tables.t.column_list_authoritative: there is no list of columns");
    check([](VSchema& v) { v.tables["t"].pinned = "8"; },
          "tables.t.pinned: \"8\" is not a keyspace id in hex");
    check([](VSchema& v) { v.tables["t"].source = "x.t"; },
          "tables.t.source: only a reference table has a source");
    check([](VSchema& v) { v.tables["t"].type = TableType::reference; },
          "tables.t.column_vindexes: a reference table has none");
    check([](VSchema& v) { v.tables["s"].type = TableType::sequence; },
          "tables.s.type: a sequence of a sharded keyspace needs \"pinned\"");
}

TEST(VSchema, all_problems_at_once) {
    VSchema vschema = sound();
    vschema.vindexes["x"] = {"what", {}, "nobody"};
    vschema.tables["u"] = table_by("x", "id");
    vschema.tables["v"] = table_by("y", "");
    EXPECT_EQ(problems(vschema).size(), 4u);
}

}  // namespace
}  // namespace leasehold::router
