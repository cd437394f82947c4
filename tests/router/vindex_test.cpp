// Golden vectors: what Vitess's own tests expect (vitessio/vitess, go/vt/vtgate/vindexes/*_test.go), byte for
// byte.
#include "router/vindex.h"

#include <gtest/gtest.h>

namespace leasehold::router {
namespace {

const std::string no_shard = "no shard";
const std::string all_shards = "all shards";

std::string map_to_hex(std::string_view type, const SqlValue& value) {
    const auto vindex = make_vindex(type, {});
    if (!vindex) return vindex.error().message;
    const Destination destination = (*vindex)->map(std::span(&value, 1));
    if (std::holds_alternative<NoShard>(destination)) return no_shard;
    if (std::holds_alternative<AllShards>(destination)) return all_shards;
    return to_hex(std::get<KeyspaceId>(destination));
}

struct Vector {
    std::string_view type;
    SqlValue value;
    std::string expected;
};

std::int64_t i(std::int64_t number) {
    return number;
}
std::uint64_t u(std::uint64_t number) {
    return number;
}
using std::string_view_literals::operator""sv;

TEST(Vindex, golden_vectors_of_vitess) {
    const Vector vectors[] = {
        // hash_test.go TestHashMap
        {"hash", i(1), "166b40b44aba4bd6"},
        {"hash", i(2), "06e7ea22ce92708f"},
        {"hash", i(3), "4eb190c9a2fa169c"},
        {"hash", i(4), "d2fd8867d50d2dfe"},
        {"hash", i(5), "70bb023c810ca87a"},
        {"hash", i(6), "f098480ac4c4be71"},
        {"hash", Null{}, no_shard},
        // hash_auto_test.go TestHashAutoConvert
        {"hash", i(0), "8ca64de9c1b123a7"},
        {"hash", i(11), "aefc44491cfe474c"},
        {"hash", i(0x100000000000000), "0d9f279ba5d87260"},
        {"hash", i(0x800000000000000), "20b9e767b2fb1456"},
        // numeric_test.go TestNumericMap
        {"numeric", i(1), "0000000000000001"},
        {"numeric", i(8), "0000000000000008"},
        {"numeric", 1.1, no_shard},
        // reverse_bits_test.go TestReverseBitsMap
        {"reverse_bits", i(1), "8000000000000000"},
        {"reverse_bits", i(2), "4000000000000000"},
        {"reverse_bits", i(3), "c000000000000000"},
        {"reverse_bits", i(4), "2000000000000000"},
        {"reverse_bits", i(5), "a000000000000000"},
        {"reverse_bits", i(6), "6000000000000000"},
        {"reverse_bits", Null{}, no_shard},
        // xxhash_test.go TestXXHashMap
        {"xxhash", "test1"sv, "d01ab7e4d6978f0b"},
        {"xxhash", "test2"sv, "87eb11714c0a0e89"},
        {"xxhash", "testaverylongvaluetomakesurethisworks"sv, "81d8c38e0d850e6a"},
        {"xxhash", i(1), "d46405367612b4b7"},
        {"xxhash", Null{}, "99e9d85137db46ef"},
        {"xxhash", i(-1), "d8e2a6a7c8c7623d"},
        {"xxhash", u(18446744073709551615u), "477cfa8d6d8f1f8d"},
        {"xxhash", i(9223372036854775807), "b37eb01f7bffafd8"},
        {"xxhash", u(9223372036854775807u), "b37eb01f7bffafd8"},
        {"xxhash", i(std::numeric_limits<std::int64_t>::min()), "102c27ddb26a609e"},
        // binarymd5_test.go TestBinaryMD5Map
        {"binary_md5", "Test"sv, "0cbc6611f5540bd0809a388dc95a615b"},
        {"binary_md5", "TEST"sv, "033bd94b1168d7e4f0d644c3c95e35bf"},
        // binary_test.go TestBinaryMap
        {"binary", "test1"sv, "7465737431"},
        {"binary", "\x00\xff"sv, "00ff"},
    };
    for (const Vector& vector : vectors) {
        EXPECT_EQ(map_to_hex(vector.type, vector.value), vector.expected) << vector.type;
    }
}

// What reaches a vindex of numbers: MySQL's `=` between an integer column and a value of another type.
TEST(Vindex, integers_of_other_types) {
    const std::string one = map_to_hex("hash", i(1));
    const std::string zero = map_to_hex("hash", i(0));
    const std::string minus_one = map_to_hex("hash", i(-1));
    const Vector vectors[] = {
        {"hash", u(1), one},
        {"hash", "1"sv, one},
        {"hash", "+1"sv, one},
        {"hash", "01"sv, one},
        {"hash", "-1"sv, minus_one},
        {"hash", 1.0, one},
        {"hash", -1.0, minus_one},
        {"hash", -0.0, zero},
        {"hash", Decimal{"1.000"}, one},
        {"hash", Decimal{"0.1e1"}, one},
        {"hash", Decimal{"10e-1"}, one},
        {"hash", Decimal{"1."}, one},
        {"hash", Decimal{"-1.0"}, minus_one},
        {"hash", Decimal{".0"}, zero},
        {"hash", Decimal{"0e999999999"}, no_shard},
        {"hash", Decimal{"1.5"}, no_shard},
        {"hash", Decimal{"1e-1"}, no_shard},
        {"hash", Decimal{"1e30"}, no_shard},
        {"hash", Decimal{"18446744073709551615"}, minus_one},
        {"hash", Decimal{"18446744073709551616"}, no_shard},
        {"hash", Decimal{"-9223372036854775809"}, no_shard},
        {"hash", HexBytes{"\x01"}, one},
        {"hash", HexBytes{"1"}, map_to_hex("hash", i(0x31))},
        {"hash", HexBytes{"\0\0\0\0\0\0\0\0\x01"sv}, one},
        {"hash", HexBytes{"123456789"}, no_shard},
        {"hash", 1.5, no_shard},
        {"hash", 0x1p64, no_shard},
        {"hash", -0x1p64, no_shard},
        {"hash", std::numeric_limits<double>::quiet_NaN(), no_shard},
        // MySQL finds a number in these: only the server can tell which rows they equal.
        {"hash", "1abc"sv, all_shards},
        {"hash", ""sv, all_shards},
        {"hash", " 1"sv, all_shards},
        {"hash", "1.0"sv, all_shards},
        {"hash", "-"sv, all_shards},
        {"hash", "99999999999999999999999"sv, all_shards},
        {"numeric", "1"sv, "0000000000000001"},
        {"numeric", i(-1), no_shard},
        {"numeric", u(18446744073709551615u), "ffffffffffffffff"},
        {"reverse_bits", i(-1), no_shard},
        {"xxhash", "1"sv, map_to_hex("xxhash", i(1))},
        {"xxhash", 1e6, map_to_hex("xxhash", i(1000000))},
        {"xxhash", Decimal{"1.50"}, map_to_hex("xxhash", "1.50"sv)},
        {"xxhash", HexBytes{"ab"}, map_to_hex("xxhash", "ab"sv)},
        {"binary", Null{}, ""},
    };
    for (const Vector& vector : vectors) {
        EXPECT_EQ(map_to_hex(vector.type, vector.value), vector.expected)
            << vector.type << " row " << &vector - vectors;
    }
}

TEST(Vindex, places_only_what_has_an_id) {
    const auto hash = *make_vindex("hash", {});
    for (const SqlValue& value : {SqlValue{Null{}}, SqlValue{"x"sv}, SqlValue{1.5}}) {
        EXPECT_FALSE(hash->place(std::span(&value, 1)));
    }
    const SqlValue one = i(1);
    EXPECT_EQ(to_hex(hash->place(std::span(&one, 1)).value()), "166b40b44aba4bd6");
}

TEST(Vindex, reverses) {
    const auto number = [](std::string_view type, std::string_view hex) -> std::optional<std::uint64_t> {
        const std::string id = from_hex(hex).value();
        const std::optional<SqlValue> value = (*make_vindex(type, {}))->reverse(id);
        return value ? std::optional(std::get<std::uint64_t>(*value)) : std::nullopt;
    };
    EXPECT_EQ(number("hash", "166b40b44aba4bd6"), 1u);
    EXPECT_EQ(number("hash", "166b40b44aba4bd6166b40b44aba4bd6"), std::nullopt);
    EXPECT_EQ(number("numeric", "0000000000000001"), 1u);
    EXPECT_EQ(number("numeric", "6161"), std::nullopt);
    EXPECT_EQ(number("reverse_bits", "8000000000000000"), 1u);
    const std::string id = "abc";
    EXPECT_EQ(std::get<std::string_view>((*make_vindex("binary", {}))->reverse(id).value()), "abc");
    EXPECT_FALSE((*make_vindex("xxhash", {}))->reverse("12345678"));
}

TEST(Vindex, costs_as_in_vitess) {
    for (const auto& [type, cost] : {std::pair{"binary", 0},
                                     {"numeric", 0},
                                     {"hash", 1},
                                     {"reverse_bits", 1},
                                     {"xxhash", 1},
                                     {"binary_md5", 1}}) {
        EXPECT_EQ((*make_vindex(type, {}))->cost(), cost) << type;
        EXPECT_TRUE((*make_vindex(type, {}))->unique());
    }
}

TEST(Vindex, unknown_type_names_the_known) {
    const auto vindex = make_vindex("hsah", {});
    ASSERT_FALSE(vindex);
    EXPECT_EQ(vindex.error().message,
              "unknown vindex type \"hsah\" (known: binary binary_md5 cfc hash modulo multicol null numeric "
              "numeric_static_map region_experimental region_json reverse_bits unicode_loose_md5 "
              "unicode_loose_xxhash xxhash "
              "consistent_lookup consistent_lookup_unique lookup lookup_unique)");
    EXPECT_EQ(vindex_types().size(), 19u);
}

}  // namespace
}  // namespace leasehold::router
