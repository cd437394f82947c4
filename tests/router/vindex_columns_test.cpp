// Golden vectors of the vindexes that have parameters: what Vitess's own tests expect (vitessio/vitess,
// go/vt/vtgate/vindexes/*_test.go; for cfc the hashes of its parts, computed apart from this code).
#include <gtest/gtest.h>

#include "router/vindex.h"

namespace leasehold::router {
namespace {

using std::string_view_literals::operator""sv;
using Key = std::vector<SqlValue>;

std::shared_ptr<const Vindex> vindex_of(std::string_view type, const VindexParams& params) {
    const auto made = make_vindex(type, params);
    EXPECT_TRUE(made) << type << ": " << (made ? "" : made.error().message);
    return made ? *made : nullptr;
}

std::string error_of(std::string_view type, const VindexParams& params) {
    const auto made = make_vindex(type, params);
    return made ? "no error" : made.error().message;
}

std::string in_words(const Destination& destination) {
    if (std::holds_alternative<NoShard>(destination)) return "no shard";
    if (std::holds_alternative<AllShards>(destination)) return "all shards";
    if (const auto* range = std::get_if<KeyRange>(&destination)) return to_string(*range);
    return to_hex(std::get<KeyspaceId>(destination));
}

std::string map(const std::shared_ptr<const Vindex>& vindex, const Key& key) {
    return in_words(vindex->map(key));
}

SqlValue i(std::int64_t number) {
    return number;
}

// multicol_test.go TestMultiColMap. Text where a number belongs is an error there; MySQL may find a number in
// it.
TEST(MultiCol, golden_vectors_of_vitess) {
    const auto vindex = vindex_of("multicol", {{"column_count", "3"}});
    EXPECT_EQ(map(vindex, {i(1), i(1), i(1)}), "166b40166b40166b");
    EXPECT_EQ(map(vindex, {i(255), i(1), i(1)}), "254e88166b40166b");
    EXPECT_EQ(map(vindex, {i(256), i(1), i(1)}), "dd7c0b166b40166b");
    EXPECT_EQ(map(vindex, {i(1)}), "166b40-166b41");
    EXPECT_EQ(map(vindex, {i(1), i(1)}), "166b40166b40-166b40166b41");
    EXPECT_EQ(map(vindex, {"abcd"sv, i(256), i(256)}), "all shards");
    EXPECT_EQ(map(vindex, {i(1), i(256), "abcd"sv}), map(vindex, {i(1), i(256)}));
    EXPECT_EQ(map(vindex, {i(256), Null{}, i(256)}), "no shard");
    EXPECT_EQ(vindex->cost(), 3);
    EXPECT_EQ(vindex->columns(), 3u);
    EXPECT_TRUE(vindex->partial());
    EXPECT_FALSE(vindex->place(Key{i(1), i(1), "abcd"sv}));
}

TEST(MultiCol, short_hashes_are_filled_up_except_the_last) {
    const auto vindex = vindex_of(
        "multicol",
        {{"column_count", "3"}, {"column_bytes", "1,3"}, {"column_vindex", "binary, binary,binary"}});
    EXPECT_EQ(map(vindex, {"abc"sv, "d"sv, "e"sv}), "6164000065");
    EXPECT_EQ(map(vindex, {"a"sv, "defg"sv, "h"sv}), "6164656668");
    EXPECT_EQ(map(vindex, {"a"sv, "d"sv}), "6164-6165");
    EXPECT_EQ(map(vindex, {"\xff"sv}), "ff-");
    EXPECT_EQ(map(vindex, {"\x01"sv, "\xff\xff\xff"sv}), "01ffffff-02");
    EXPECT_EQ(map(vindex, {""sv}), "all shards");
    EXPECT_EQ(vindex->cost(), 0);
}

// multicol_test.go TestMulticolCreateVindex
TEST(MultiCol, wrong_parameters) {
    const std::pair<VindexParams, std::string> cases[] = {
        {{}, "params.column_count: is missing; expected a number from 1 to 8"},
        {{{"column_count", "0"}}, "params.column_count: is \"0\"; expected a number from 1 to 8"},
        {{{"column_count", "9"}}, "params.column_count: is \"9\"; expected a number from 1 to 8"},
        {{{"column_count", "2x"}}, "params.column_count: is \"2x\"; expected a number from 1 to 8"},
        {{{"column_count", "3"}, {"column_bytes", "1,2,3,4"}},
         "params.column_bytes: has more numbers than there are columns"},
        {{{"column_count", "3"}, {"column_bytes", "100,200,300"}},
         "params.column_bytes: has \"100\"; expected numbers from 1 to 8"},
        {{{"column_count", "3"}, {"column_bytes", "4,4"}},
         "params.column_bytes: needs more than the 8 bytes of a keyspace id"},
        {{{"column_count", "1"}, {"column_vindex", "binary,binary"}},
         "params.column_vindex: has more vindexes than there are columns"},
        {{{"column_count", "1"}, {"column_vindex", "null"}},
         "params.column_vindex: \"null\" hashes no single value"},
        {{{"column_count", "1"}, {"column_vindex", "cfc"}},
         "params.column_vindex: \"cfc\" hashes no single value"},
        {{{"column_count", "1"}, {"hello", "world"}},
         "params.hello: neither \"multicol\" nor its columns' vindexes take it"},
        {{{"column_count", "1"}, {"column_vindex", "no"}},
         "params.column_vindex: unknown vindex type \"no\" (known: binary binary_md5 cfc hash modulo "
         "multicol "
         "null numeric numeric_static_map region_experimental region_json reverse_bits unicode_loose_md5 "
         "unicode_loose_xxhash xxhash "
         "consistent_lookup consistent_lookup_unique lookup lookup_unique)"},
    };
    for (const auto& [params, message] : cases) EXPECT_EQ(error_of("multicol", params), message);
    const std::string nested = error_of("multicol", {{"column_count", "1"}, {"column_vindex", "multicol"}});
    EXPECT_EQ(nested, "params.column_count: is missing; expected a number from 1 to 8");
}

// region_experimental_test.go TestRegionExperimentalMap, TestRegionExperimentalMapMulti2
TEST(RegionExperimental, golden_vectors_of_vitess) {
    const auto one = vindex_of("region_experimental", {{"region_bytes", "1"}});
    EXPECT_EQ(map(one, {i(1), i(1)}), "01166b40b44aba4bd6");
    EXPECT_EQ(map(one, {i(255), i(1)}), "ff166b40b44aba4bd6");
    EXPECT_EQ(map(one, {i(256), i(1)}), "00166b40b44aba4bd6");
    EXPECT_EQ(map(one, {i(1)}), "01-02");
    EXPECT_EQ(map(one, {"abcd"sv, i(256)}), "all shards");
    EXPECT_EQ(map(one, {i(1), "abcd"sv}), "01-02");
    EXPECT_EQ(map(one, {i(-1), i(1)}), "no shard");
    EXPECT_EQ(map(one, {i(1), Null{}}), "no shard");
    EXPECT_FALSE(one->place(Key{i(1), "abcd"sv}));
    const auto two = vindex_of("region_experimental", {{"region_bytes", "2"}});
    EXPECT_EQ(map(two, {i(1), i(1)}), "0001166b40b44aba4bd6");
    EXPECT_EQ(map(two, {i(255), i(1)}), "00ff166b40b44aba4bd6");
    EXPECT_EQ(map(two, {i(256), i(1)}), "0100166b40b44aba4bd6");
    EXPECT_EQ(map(two, {i(0x10000), i(1)}), "0000166b40b44aba4bd6");
    EXPECT_EQ(error_of("region_experimental", {}),
              "params.region_bytes: is missing; expected a number from 1 to 2");
    EXPECT_EQ(error_of("region_experimental", {{"region_bytes", "3"}}),
              "params.region_bytes: is \"3\"; expected a number from 1 to 2");
    EXPECT_EQ(error_of("region_experimental", {{"region_bytes", "1"}, {"hello", "world"}}),
              "params.hello: vindex type \"region_experimental\" takes region_bytes");
}

// By region_json.go: the id's hash behind the country's number.
TEST(RegionJson, country_before_id) {
    const auto vindex =
        vindex_of("region_json", {{"region_bytes", "2"}, {"region_map", R"({"PT": 1, "JP": 258})"}});
    EXPECT_EQ(map(vindex, {i(1), "PT"sv}), "0001166b40b44aba4bd6");
    EXPECT_EQ(map(vindex, {i(2), "JP"sv}), "010206e7ea22ce92708f");
    EXPECT_EQ(map(vindex, {i(2), "pt"sv}), "all shards");
    EXPECT_EQ(map(vindex, {Null{}, "PT"sv}), "no shard");
    EXPECT_FALSE(vindex->partial());
    EXPECT_FALSE(vindex->place(Key{i(2), "pt"sv}));
    EXPECT_EQ(error_of("region_json", {{"region_bytes", "1"}}),
              "params.region_map: is missing; expected the name of a file, or JSON");
    EXPECT_EQ(error_of("region_json", {{"region_bytes", "1"}, {"region_map", "{\"a\": -1}"}}),
              "params.region_map: has no whole number of 64 bits for \"a\"");
    EXPECT_EQ(error_of("region_json", {{"region_bytes", "1"}, {"region_map", "[1]"}}),
              "params.region_map: is no JSON object; expected one such as {\"1\": 2}");
}

// numeric_static_map_test.go TestNumericStaticMapMap, ...WithFallback, ...WithJsonVdx
TEST(NumericStaticMap, golden_vectors_of_vitess) {
    const auto plain = vindex_of("numeric_static_map", {{"json", R"({"1": 1, "3": 2})"}});
    EXPECT_EQ(map(plain, {i(1)}), "0000000000000001");
    EXPECT_EQ(map(plain, {i(2)}), "0000000000000002");
    EXPECT_EQ(map(plain, {i(3)}), "0000000000000002");
    EXPECT_EQ(map(plain, {1.1}), "no shard");
    EXPECT_EQ(map(plain, {i(8)}), "0000000000000008");
    EXPECT_EQ(map(plain, {Null{}}), "no shard");
    EXPECT_EQ(map(plain, {"7"sv}), "0000000000000007");
    const auto hashed =
        vindex_of("numeric_static_map",
                  {{"json", R"({"1":2,"3":4,"4":5,"5":6,"6":7,"7":8,"8":9,"10":18446744073709551615})"},
                   {"fallback_type", "xxhash"}});
    EXPECT_EQ(map(hashed, {i(1)}), "0000000000000002");
    EXPECT_EQ(map(hashed, {i(2)}), "8b59801662b52160");
    EXPECT_EQ(map(hashed, {"2"sv}), "8b59801662b52160");
    EXPECT_EQ(map(hashed, {i(3)}), "0000000000000004");
    EXPECT_EQ(map(hashed, {i(10)}), "ffffffffffffffff");
    EXPECT_EQ(map(hashed, {Null{}}), "no shard");
    const SqlValue text = "test1"sv;
    EXPECT_FALSE(hashed->place(std::span(&text, 1)));
    const auto wrong = [](const std::string& json) {
        return error_of("numeric_static_map", {{"json", json}});
    };
    EXPECT_TRUE(wrong(R"({"1":2,"3":4,"5":6:8,"10":11})").starts_with("params.json: is no JSON"));
    EXPECT_TRUE(wrong("{\"1\":a}").starts_with("params.json: is no JSON"));
    EXPECT_EQ(wrong(R"({"a":1})"), "params.json: has the key \"a\"; expected whole numbers");
    EXPECT_EQ(error_of("numeric_static_map", {}), "params.json: is missing, and json_path with it");
    EXPECT_EQ(error_of("numeric_static_map", {{"json", "{}"}, {"json_path", "{}"}}),
              "params.json_path: stands beside json; expected one of them");
    EXPECT_TRUE(error_of("numeric_static_map", {{"json", "{}"}, {"fallback_type", "not_found"}})
                    .starts_with("params.fallback_type: unknown vindex type \"not_found\""));
}

// cfc_test.go TestCFCComputeKsid, TestCFCComputeKsidXxhash, TestCFCComputeKsidNoHash, TestCFCCreateVindex
TEST(Cfc, parts_are_hashed_apart) {
    const auto md5 = vindex_of("cfc", {{"hash", "md5"}, {"offsets", "[3,5]"}});
    EXPECT_EQ(map(md5, {"\x03\x04\x05"sv}), "no shard");
    EXPECT_EQ(map(md5, {"\x0c\xea\x02\x07\x01\x06"sv}), "c3fd2df68906");
    EXPECT_EQ(map(md5, {"\x05\x15\x7c\x4b\x05"sv}), "e6d45c688a");
    EXPECT_EQ(map(md5, {"\x05\x15\x7c\x4b\x05\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"
                        "\x11\x12"sv}),
              "e6d45c688a0f514b1f70495f72ee834a83866e3a45");
    const auto xxhash = vindex_of("cfc", {{"hash", "xxhash64"}, {"offsets", "[3,5]"}});
    EXPECT_EQ(map(xxhash, {"\x0c\xea\x02\x07\x01\x06"sv}), "c1c5fce100a5");
    EXPECT_EQ(map(xxhash, {"\x05\x15\x7c\x4b\x05\x01\x02\x03\x04\x05\x06"sv}), "e83b66f7f09cd0e8456049");
    const auto plain = vindex_of("cfc", {});
    EXPECT_EQ(map(plain, {"\x03\x06\x14\x07\x3c\x01"sv}), "030614073c01");
    EXPECT_EQ(plain->cost(), 1);
    EXPECT_EQ(error_of("cfc", {{"hash", "md5"}}),
              "params.offsets: is missing; a hash needs them, as in [2, 4]");
    EXPECT_EQ(error_of("cfc", {{"hash", "sha"}}), "params.hash: is \"sha\"; expected md5 or xxhash64");
    for (const char* offsets : {"10,12", "xxx", "[]", "[10,3]", "[-1,3]", "[4,4,6]", "[0]"}) {
        EXPECT_TRUE(error_of("cfc", {{"hash", "md5"}, {"offsets", offsets}}).starts_with("params.offsets: "))
            << offsets;
    }
    EXPECT_EQ(error_of("cfc", {{"offsets", "[1,2]"}}), "no error");
}

// null_test.go TestNullMap
TEST(NullVindex, everything_has_the_id_00) {
    const auto vindex = vindex_of("null", {});
    EXPECT_EQ(map(vindex, {i(1)}), "00");
    EXPECT_EQ(map(vindex, {Null{}}), "00");
    EXPECT_EQ(vindex->cost(), 100);
}

// Not Vitess's: each remainder is one of equal parts of all ids.
TEST(Modulo, remainders_are_equal_parts) {
    const auto four = vindex_of("modulo", {{"count", "4"}});
    EXPECT_EQ(map(four, {i(8)}), "0000000000000000");
    EXPECT_EQ(map(four, {i(5)}), "4000000000000000");
    EXPECT_EQ(map(four, {"6"sv}), "8000000000000000");
    EXPECT_EQ(map(four, {i(7)}), "c000000000000000");
    EXPECT_EQ(map(four, {i(-1)}), "no shard");
    EXPECT_EQ(map(four, {"a"sv}), "all shards");
    const auto three = vindex_of("modulo", {{"count", "3"}});
    EXPECT_EQ(map(three, {i(4)}), "5555555555555556");
    EXPECT_EQ(map(three, {std::uint64_t{18446744073709551615u}}), "0000000000000000");
    EXPECT_EQ(map(three, {i(2)}), "aaaaaaaaaaaaaaab");
    const auto most = vindex_of("modulo", {{"count", "4294967295"}});
    EXPECT_EQ(map(most, {i(4294967294)}), "fffffffeffffffff");
    EXPECT_EQ(error_of("modulo", {}), "params.count: is missing; expected a number from 1 to 4294967295");
    EXPECT_EQ(error_of("modulo", {{"count", "0"}}),
              "params.count: is \"0\"; expected a number from 1 to 4294967295");
}

}  // namespace
}  // namespace leasehold::router
