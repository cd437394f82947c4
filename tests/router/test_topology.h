// The keyspaces that the router's tests plan on.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "router/topology.h"

namespace leasehold::router {

inline Keyspace make_test_keyspace(std::string name, std::string database,
                                   const std::vector<std::string>& shards, VSchema vschema) {
    auto made = make_keyspace(std::move(name), std::move(database), shards, std::move(vschema));
    if (const auto* problems = std::get_if<std::vector<std::string>>(&made)) {
        throw std::logic_error("test topology: " + problems->front());
    }
    return std::get<Keyspace>(std::move(made));
}

inline TableSpec table_by(std::string vindex, std::string column) {
    TableSpec table;
    table.column_vindexes.push_back({std::move(vindex), {std::move(column)}});
    return table;
}

// commerce, legacy (legacy_db): unsharded. customer: two shards. wide (wide_db): four shards. solo: sharded,
// one shard. earth: four shards, tables by vindexes with parameters.
inline std::shared_ptr<const Topology> test_topology() {
    VSchema customer;
    customer.sharded = true;
    customer.vindexes = {{"hash", {"hash", {}, ""}},      {"xx", {"xxhash", {}, ""}},
                         {"num", {"numeric", {}, ""}},    {"bin", {"binary", {}, ""}},
                         {"md5", {"binary_md5", {}, ""}}, {"rev", {"reverse_bits", {}, ""}}};
    customer.tables["customer"] = table_by("hash", "id");
    customer.tables["customer"].columns = {{"id", ""}, {"name", ""}, {"email", ""}};
    customer.tables["customer"].column_list_authoritative = true;
    customer.tables["orders"] = table_by("hash", "customer_id");
    customer.tables["orders"].auto_increment = AutoIncrement{"order_id", "commerce.order_seq"};
    customer.tables["items"] = table_by("hash", "customer_id");
    customer.tables["person"] = table_by("hash", "id");
    customer.tables["person"].auto_increment = AutoIncrement{"id", "commerce.person_seq"};
    customer.tables["sbtest1"] = table_by("hash", "id");
    customer.tables["users"] = table_by("xx", "name");
    customer.tables["account"] = table_by("hash", "id");
    customer.tables["account"].column_vindexes.push_back({"num", {"number"}});
    customer.tables["doc"] = table_by("bin", "ksid");
    customer.tables["tag"] = table_by("md5", "word");
    customer.tables["event"] = table_by("rev", "Seq");
    customer.tables["country"].type = TableType::reference;
    customer.tables["zone"].type = TableType::reference;
    customer.tables["zone"].source = "commerce.zone";
    customer.tables["setting"].pinned = "00";
    customer.tables["log"].pinned = "00";
    customer.tables["log"].auto_increment = AutoIncrement{"id", "person_seq"};

    // An application keeps these lookups: nobody owns them.
    customer.vindexes["by_email"] = {
        "lookup_unique",
        {{"table", "commerce.email_lookup"}, {"from", "email"}, {"to", "keyspace_id"}, {"no_verify", "true"}},
        ""};
    customer.vindexes["by_city"] = {
        "consistent_lookup", {{"table", "city_lookup"}, {"from", "city"}, {"to", "keyspace_id"}}, "resident"};
    customer.vindexes["by_new"] = {
        "lookup",
        {{"table", "city_lookup"}, {"from", "city"}, {"to", "keyspace_id"}, {"write_only", "true"}},
        ""};
    customer.tables["city_lookup"] = table_by("xx", "city");
    customer.tables["member"] = table_by("hash", "id");
    customer.tables["member"].column_vindexes.push_back({"by_email", {"email"}});
    customer.tables["member"].column_vindexes.push_back({"by_new", {"town"}});
    customer.tables["resident"] = table_by("hash", "id");
    customer.tables["resident"].column_vindexes.push_back({"by_city", {"city"}});

    // Leasehold keeps these.
    customer.vindexes["by_badge"] = {"lookup_unique",
                                     {{"table", "commerce.badge_lookup"},
                                      {"from", "badge"},
                                      {"to", "keyspace_id"},
                                      {"ignore_nulls", "true"}},
                                     "guest"};
    customer.vindexes["by_room"] = {
        "lookup", {{"table", "room_lookup"}, {"from", "room"}, {"to", "keyspace_id"}}, "guest"};
    customer.tables["room_lookup"] = table_by("xx", "room");
    customer.tables["guest"] = table_by("hash", "id");
    customer.tables["guest"].column_vindexes.push_back({"by_badge", {"badge"}});
    customer.tables["guest"].column_vindexes.push_back({"by_room", {"room"}});
    customer.tables["guest"].auto_increment = AutoIncrement{"id", "commerce.person_seq"};

    VSchema commerce;
    commerce.tables["person_seq"].type = TableType::sequence;

    VSchema wide;
    wide.sharded = true;
    wide.vindexes = {{"num", {"numeric", {}, ""}}};
    wide.tables["t"] = table_by("num", "id");
    wide.tables["u"] = table_by("num", "t_id");
    wide.tables["wide"] = table_by("num", "id");

    VSchema solo;
    solo.sharded = true;
    solo.vindexes = {{"hash", {"hash", {}, ""}}};
    solo.tables["t"] = table_by("hash", "id");

    VSchema earth;
    earth.sharded = true;
    earth.vindexes = {
        {"by_place",
         {"multicol",
          {{"column_count", "3"},
           {"column_bytes", "1,3,4"},
           {"column_vindex", "numeric_static_map"},
           {"json",
            R"({"1": 0, "2": 4611686018427387904, "3": 9223372036854775808, "4": 13835058055282163712})"}},
          ""}},
        {"by_region", {"region_experimental", {{"region_bytes", "1"}}, ""}},
        {"by_country",
         {"region_json", {{"region_bytes", "1"}, {"region_map", R"({"PT": 1, "FR": 70, "JP": 200})"}}, ""}},
        {"by_path", {"cfc", {{"hash", "md5"}, {"offsets", "[2,4]"}}, ""}},
        {"by_rest", {"modulo", {{"count", "4"}}, ""}},
        {"by_list",
         {"numeric_static_map",
          {{"json", R"({"1": 1, "3": 9223372036854775808})"}, {"fallback_type", "hash"}},
          ""}},
        {"nowhere", {"null", {}, ""}}};
    earth.tables["house"].column_vindexes.push_back({"by_place", {"land", "town", "id"}});
    earth.tables["room"].column_vindexes.push_back({"by_place", {"house_land", "house_town", "house_id"}});
    earth.tables["citizen"].column_vindexes.push_back({"by_region", {"region", "id"}});
    earth.tables["trip"].column_vindexes.push_back({"by_country", {"id", "country"}});
    earth.tables["path"] = table_by("by_path", "name");
    earth.tables["slot"] = table_by("by_rest", "n");
    earth.tables["fixed"] = table_by("by_list", "n");
    earth.tables["odd"] = table_by("nowhere", "n");

    auto topology = std::make_shared<Topology>();
    topology->keyspaces.push_back(make_test_keyspace("commerce", "commerce", {"-"}, std::move(commerce)));
    topology->keyspaces.push_back(make_test_keyspace("legacy", "legacy_db", {"0"}, {}));
    topology->keyspaces.push_back(
        make_test_keyspace("customer", "customer", {"80-", "-80"}, std::move(customer)));
    topology->keyspaces.push_back(
        make_test_keyspace("wide", "wide_db", {"-40", "40-80", "80-c0", "c0-"}, std::move(wide)));
    topology->keyspaces.push_back(make_test_keyspace("solo", "solo", {"-"}, std::move(solo)));
    topology->keyspaces.push_back(
        make_test_keyspace("earth", "earth", {"-40", "40-80", "80-c0", "c0-"}, std::move(earth)));
    return topology;
}

}  // namespace leasehold::router
