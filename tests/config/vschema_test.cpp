#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/loading.h"

namespace leasehold::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view keyspace = R"(tablet_defaults: {user: u}
keyspaces:
  commerce: {shards: {-: {primary: "a:1"}}}
  customer:
    shards: {-80: {primary: "a:2"}, 80-: {primary: "a:3"}}
    vschema: v.json
)";

LoadResult load_vschema(std::string text) {
    Outside outside;
    outside.files["v.json"] = std::move(text);
    return load(keyspace, outside);
}

const VSchema& vschema_of(const LoadResult& result) {
    return *result.config->find_keyspace("customer")->vschema;
}

// The fields of Vitess's proto/vschema.proto, as `vtctldclient GetVSchema` prints them.
constexpr const char* vitess_json = R"({
  "sharded": true,
  "require_explicit_routing": false,
  "foreign_key_mode": "unmanaged",
  "vindexes": {
    "hash": {"type": "hash"},
    "lookup": {"type": "consistent_lookup_unique",
               "params": {"table": "customer.keys", "from": "name", "to": "keyspace_id", "batch_lookup": true},
               "owner": "customer"},
    "region": {"type": "multicol", "params": {"column_count": "2"}}
  },
  "tables": {
    "customer": {
      "column_vindexes": [{"column": "id", "name": "hash"}, {"columns": ["name"], "name": "lookup"}],
      "auto_increment": {"column": "id", "sequence": "commerce.customer_seq"},
      "columns": [{"name": "name", "type": "VARCHAR", "collation_name": "utf8mb4_bin", "nullable": true, "size": 10}],
      "column_list_authoritative": true
    },
    "places": {"column_vindexes": [{"columns": ["region", "id"], "name": "region"}]},
    "country": {"type": "reference", "source": "commerce.country"},
    "fixed": {"pinned": "00"}
  }
})";

TEST(VSchema, ReadsVitessAsItStands) {
    LoadResult result = load_vschema(vitess_json);
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    const VSchema& vschema = vschema_of(result);
    EXPECT_TRUE(vschema.sharded);
    EXPECT_FALSE(vschema.require_explicit_routing);
    EXPECT_EQ(vschema.foreign_key_mode, "unmanaged");
    ASSERT_EQ(vschema.vindexes.size(), 3u);
    EXPECT_EQ(vschema.vindexes[1].owner, "customer");
    EXPECT_THAT(vschema.vindexes[1].params,
                ElementsAre(std::pair("table", "customer.keys"), std::pair("from", "name"),
                            std::pair("to", "keyspace_id"), std::pair("batch_lookup", "true")));
    EXPECT_EQ(vschema.vindexes[1].line.number, 7);
    ASSERT_EQ(vschema.tables.size(), 4u);
    const VSchemaTable& customer = vschema.tables[0];
    EXPECT_EQ(customer.line.number, 13);
    ASSERT_EQ(customer.column_vindexes.size(), 2u);
    EXPECT_EQ(customer.column_vindexes[0].vindex, "hash");
    EXPECT_THAT(customer.column_vindexes[0].columns, ElementsAre("id"));
    EXPECT_THAT(customer.column_vindexes[1].columns, ElementsAre("name"));
    EXPECT_EQ(customer.auto_increment->column, "id");
    EXPECT_EQ(customer.columns.at(0).collation_name, "utf8mb4_bin");
    EXPECT_TRUE(customer.column_list_authoritative);
    EXPECT_THAT(vschema.tables[1].column_vindexes.at(0).columns, ElementsAre("region", "id"));
    EXPECT_EQ(vschema.tables[2].type, VSchemaTable::Type::reference);
    EXPECT_EQ(vschema.tables[2].source, "commerce.country");
    EXPECT_EQ(vschema.tables[3].pinned, "00");
}

TEST(VSchema, CamelCaseAndInlineAreTheSame) {
    LoadResult camel = load_vschema(R"({"sharded": true, "requireExplicitRouting": true,
        "vindexes": {"h": {"type": "hash"}},
        "tables": {"t_one": {"columnVindexes": [{"column": "id", "name": "h"}], "columnListAuthoritative": true,
                             "autoIncrement": {"column": "id", "sequence": "commerce.s"},
                             "columns": [{"name": "id", "collationName": "binary"}]}}})");
    ASSERT_THAT(lines_of(camel.problems), IsEmpty());
    LoadResult snake = load_vschema(R"(sharded: true
require_explicit_routing: true
vindexes: {h: {type: hash}}
tables:
  t_one:
    column_vindexes: [{column: id, name: h}]
    column_list_authoritative: true
    auto_increment: {column: id, sequence: commerce.s}
    columns: [{name: id, collation_name: binary}]
)");
    ASSERT_THAT(lines_of(snake.problems), IsEmpty());
    EXPECT_EQ(vschema_of(camel), vschema_of(snake));
}

TEST(VSchema, InlineCountsTheConfigurationsLines) {
    LoadResult result = load(R"(tablet_defaults: {user: u}
keyspaces:
  k:
    shards: {-: {primary: "a:1"}}
    vschema:
      sharded: true
      vindexes: {h: {type: hash}}
      tables:
        t: {column_vindexes: [{column: id, name: h}]}
)");
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    EXPECT_EQ(result.config->keyspaces[0].vschema->file, "lh.yaml");
    EXPECT_EQ(result.config->keyspaces[0].vschema->tables.at(0).line.number, 9);
}

TEST(VSchema, Problems) {
    struct Row {
        const char* text;
        std::vector<std::string> problems;
    };
    const std::string at = "keyspaces.customer.vschema";
    const std::vector<Row> rows = {
        {"{\"sharded\": true, \"vindexs\": {}}",
         {"v.json:1: unknown key \"vindexs\" in " + at + "; did you mean \"vindexes\"?"}},
        {"sharded: true\nvindexes:\n  h: {typ: hash}\n",
         {"v.json:3: " + at + ".vindexes.h has no type; expected one such as type: xxhash",
          "v.json:3: unknown key \"typ\" in " + at + ".vindexes.h; did you mean \"type\"?"}},
        {"sharded: true\nvindexes: {hash: {type: hash}}\ntables:\n  t: {column_vindexes: [{column: id, name: "
         "hsh}]}\n  "
         "u: {}\n",
         {"v.json:4: " + at +
              ".tables.t uses the vindex \"hsh\", which is not in vindexes; did you mean \"hash\"?",
          "v.json:5: " + at +
              ".tables.u has no column_vindexes; expected the primary vindex, as in column_vindexes: "
              "[{column: id, name: "
              "xx}]"}},
        {"sharded: true\nvindexes:\n  l: {type: lookup, owner: nobody}\n",
         {"v.json:3: " + at +
          ".vindexes.l is owned by \"nobody\", which is not in tables; expected a name that stands there"}},
        {"sharded: true\nvindexes: {h: {type: hash}}\ntables:\n  t: {column_vindexes: [{column: a, columns: "
         "[b], name: "
         "h}]}\n  u: {column_vindexes: [{name: h}]}\n  v: {column_vindexes: [{column: a}]}\n",
         {"v.json:4: " + at + ".tables.t.column_vindexes[0] has column and columns; expected one of them",
          "v.json:5: " + at + ".tables.u.column_vindexes[0] has no column; expected column: id",
          "v.json:6: " + at + ".tables.v.column_vindexes[0] has no name; expected that of a vindex"}},
        {"sharded: true\ntables:\n  s: {type: sequence}\n  r: {type: references}\n",
         {"v.json:3: " + at +
              ".tables.s is a sequence in a sharded keyspace; expected it in an unsharded one, or pinned",
          "v.json:4: " + at +
              ".tables.r has no column_vindexes; expected the primary vindex, as in column_vindexes: "
              "[{column: id, name: "
              "xx}]",
          "v.json:4: " + at +
              ".tables.r.type is \"references\"; expected one of , sequence, reference; did you mean "
              "\"reference\"?"}},
        {"sharded: true\ntables:\n  t: {pinned: '00', auto_increment: {column: id, sequence: comerce.s}}\n",
         {"v.json:3: " + at +
          ".tables.t has the sequence \"comerce.s\", whose keyspace does not exist; did you mean "
          "\"commerce\"?"}},
        {"sharded: true\ntables:\n  t: {pinned: '00', auto_increment: {column: id, sequence: s}}\n",
         {"v.json:3: " + at +
          ".tables.t has the sequence \"s\", which is no table of type sequence; expected one such as "
          "keyspace.table"}},
        {"sharded: true\nvindexes:\n  l: {type: lookup, params: {table: comerce.l}}\n",
         {"v.json:3: " + at +
          ".vindexes.l has the table \"comerce.l\", whose keyspace does not exist; did you mean "
          "\"commerce\"?"}},
        {"sharded: true\ntables: [t]\n", {"v.json:2: " + at + ".tables is a list; expected a map of names"}},
        {"sharded: true\ntables: {t: {pinned: '00', columns: {a: b}}}\n",
         {"v.json:2: " + at + ".tables.t.columns is a map; expected a list"}},
        {"keyspaces: {customer: {sharded: true}}\n",
         {"lh.yaml:5: keyspaces.customer has 2 shards and a vschema that is not sharded; expected sharded: "
          "true, or one "
          "shard named \"-\"",
          "v.json:1: " + at +
              " holds the vschemas of all keyspaces; expected the part below one keyspace's name"}},
        {"", {"v.json: " + at + ": the file is empty; expected a VSchema"}},
        {"{\"sharded\": true,,}", {}},
    };
    for (const Row& row : rows) {
        LoadResult result = load_vschema(row.text);
        if (row.problems.empty()) {
            EXPECT_THAT(lines_of(result.problems),
                        ElementsAre(testing::StartsWith("v.json:1: not valid YAML")));
        } else {
            EXPECT_EQ(lines_of(result.problems), row.problems) << row.text;
        }
        EXPECT_FALSE(result.ok());
    }
}

TEST(VSchema, WhatHasNoEffectIsWarnedOf) {
    LoadResult result = load_vschema("sharded: true\nmulti_tenant_spec: {tenant_id_column_name: t}\n");
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    EXPECT_THAT(lines_of(result.warnings),
                testing::Contains(
                    "v.json:2: keyspaces.customer.vschema.multi_tenant_spec is read and has no effect"));
}

constexpr std::string_view with_files = R"(sharded: true
tables: {t: {column_vindexes: [{column: id, name: a}]}}
vindexes:
    a: {type: numeric_static_map, params: {json_path: numbers.json, fallback_type: hash}}
    b: {type: region_json, params: {region_map: map.json, region_bytes: "1"}}
    c: {type: region_json, params: {region_map: '{"PT": 1}', region_bytes: "1"}}
    d: {type: numeric_static_map, params: {json: "{}", json_path: numbers.json}}
)";

TEST(ReadVSchema, files_that_parameters_name) {
    Outside outside;
    outside.files["v.json"] = with_files;
    outside.files["numbers.json"] = R"({"1": 2})";
    outside.files["map.json"] = R"({"FR": 3})";
    const LoadResult result = load(keyspace, outside);
    ASSERT_TRUE(result.config);
    const std::vector<VSchemaVindex>& vindexes = vschema_of(result).vindexes;
    using Param = std::pair<std::string, std::string>;
    EXPECT_THAT(vindexes[0].params,
                ElementsAre(Param("json", R"({"1": 2})"), Param("fallback_type", "hash")));
    EXPECT_EQ(vindexes[1].params[0], Param("region_map", R"({"FR": 3})"));
    EXPECT_EQ(vindexes[2].params[0], Param("region_map", R"({"PT": 1})"));
    EXPECT_EQ(vindexes[3].params[1].first, "json_path");  // the router refuses both at once
}

TEST(ReadVSchema, a_file_that_a_parameter_names_has_to_be_there) {
    const LoadResult result = load_vschema(std::string(with_files));
    ASSERT_FALSE(result.config);
    EXPECT_THAT(result.problems[0].text,
                testing::HasSubstr("vindexes.a.params.json_path: cannot read \"numbers.json\""));
}

}  // namespace
}  // namespace leasehold::config
