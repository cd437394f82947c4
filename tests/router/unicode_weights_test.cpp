// Golden vectors: what Vitess's tests expect (go/vt/vtgate/vindexes/unicodeloose{md5,xxhash}_test.go), and
// ids that its own code gave to random texts (scripts/make-unicode-weights vectors 400 11).
#include "router/unicode_weights.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "router/vindex.h"

namespace leasehold::router {
namespace {

using std::string_view_literals::operator""sv;

std::string id_of(std::string_view type, const SqlValue& value) {
    const auto vindex = make_vindex(type, {});
    if (!vindex) return vindex.error().message;
    const Destination destination = (*vindex)->map(std::span(&value, 1));
    if (std::holds_alternative<AllShards>(destination)) return "all shards";
    return to_hex(std::get<KeyspaceId>(destination));
}

TEST(UnicodeLoose, golden_vectors_of_vitess) {
    const std::string test = "0b5edbb401fd7524393690491d64f1f5";
    for (const std::string_view same :
         {"Test"sv, "TEST"sv, "Te\u0301st"sv, "T\u00e9st"sv, "Test "sv, "test   "sv})
        EXPECT_EQ(id_of("unicode_loose_md5", same), test) << same;
    EXPECT_EQ(id_of("unicode_loose_md5", "B\u00e9st"sv), "c2b2332e4f73d00741026249706f2fb6");
    EXPECT_EQ(id_of("unicode_loose_md5", " Test"sv), "a2e3515c7e8df1ffd2ccfc11c6b19dd1");
    EXPECT_EQ(id_of("unicode_loose_md5", "Test\t"sv), "82456dd87a9c7a02b1c2056b5abaa272");
    EXPECT_EQ(id_of("unicode_loose_md5", "T\u00e9stLooong"sv), "9683e12b80430cd453f5dfdfba81c9a5");
    EXPECT_EQ(id_of("unicode_loose_md5", "T"sv), "ac0f9179f51db87fe8ecc0cf40cab97a");
    EXPECT_EQ(id_of("unicode_loose_md5", Null{}), "d41d8cd98f00b204e9800998ecf8427e");
    for (const std::string_view same : {"Test"sv, "TEst"sv, "Te\u0301st"sv, "T\u00e9st"sv, "Test "sv})
        EXPECT_EQ(id_of("unicode_loose_xxhash", same), "42d21361087a4c07") << same;
    EXPECT_EQ(id_of("unicode_loose_xxhash", "B\u00e9st"sv), "926975b9ce2ec316");
    EXPECT_EQ(id_of("unicode_loose_xxhash", " Test"sv), "4fcb8be34ec05775");
    EXPECT_EQ(id_of("unicode_loose_xxhash", "Test\t"sv), "20af87fc36e3fd51");
    EXPECT_EQ(id_of("unicode_loose_xxhash", "T\u00e9stLooong"sv), "d3ea873942b484a7");
    EXPECT_EQ(id_of("unicode_loose_xxhash", "T"sv), "f81c3be2d501fe18");
    EXPECT_EQ(id_of("unicode_loose_xxhash", Null{}), "99e9d85137db46ef");
}

TEST(UnicodeLoose, random_texts_have_vitess_ids) {
    std::ifstream in(LEASEHOLD_SOURCE_DIR "/tests/router/vectors/unicode_loose_md5.txt");
    std::string text, id;
    int compared = 0;
    while (in >> text >> id) {
        const std::string value = from_hex(text).value();
        EXPECT_EQ(id_of("unicode_loose_md5", std::string_view(value)), id) << text;
        ++compared;
    }
    EXPECT_EQ(compared, 400);
}

TEST(UnicodeLoose, what_cannot_be_told_is_on_any_shard_and_has_no_place) {
    std::string marks = "a";
    for (int i = 0; i < 31; ++i) marks += "\u0301";
    const std::string_view untold[] = {
        "\xff"sv, "\xc0\x80"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv, "a\xe2\x82"sv, "\u0438\u0327\u0306"sv,
        marks};
    for (const std::string_view text : untold) {
        EXPECT_EQ(primary_weights(text), std::nullopt);
        EXPECT_EQ(id_of("unicode_loose_md5", text), "all shards");
        const SqlValue value = text;
        EXPECT_FALSE((*make_vindex("unicode_loose_xxhash", {}))->place(std::span(&value, 1)));
    }
    EXPECT_EQ(primary_weights(""), "");
    EXPECT_EQ(primary_weights(marks.substr(0, 1 + 2 * 30)), primary_weights("A"));
    EXPECT_NE(primary_weights("\u0438\u0306"), primary_weights("\u0438"));
    EXPECT_EQ(primary_weights("\u0438\u0306"), primary_weights("\u0419"));
}

}  // namespace
}  // namespace leasehold::router
