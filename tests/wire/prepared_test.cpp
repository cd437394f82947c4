#include "wire/prepared.h"

#include <gtest/gtest.h>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::to_hex;

constexpr Capabilities with_attributes = capability::query_attributes;
constexpr BoundType long_long = 0x0008;
constexpr BoundType var_string = 0x00FD;

TEST(PrepareOk, DecodesAndEncodes) {
    // MySQL 9.7.4, without and with OPTIONAL_RESULTSET_METADATA (NONE).
    const auto ok = decode_prepare_ok(hex("00 01000000 0200 0100 00 0300"), 0);
    ASSERT_TRUE(ok.has_value());
    EXPECT_EQ(ok->statement_id, 1U);
    EXPECT_EQ(ok->columns, 2);
    EXPECT_EQ(ok->parameters, 1);
    EXPECT_EQ(ok->warnings, 3);
    EXPECT_TRUE(ok->metadata_follows);
    Bytes out;
    append_prepare_ok(out, *ok, 0);
    EXPECT_EQ(to_hex(out), "000100000002000100000300");

    constexpr Capabilities optional = capability::optional_resultset_metadata;
    const Bytes none = hex("00 06000000 0200 0100 00 0000 00");
    EXPECT_FALSE(decode_prepare_ok(none, optional)->metadata_follows);
    testing::for_each_truncation(none, [](BytesView prefix, std::size_t size) {
        EXPECT_FALSE(decode_prepare_ok(prefix, optional).has_value());
        EXPECT_EQ(decode_prepare_ok(prefix, 0).has_value(), size == 12) << size;
    });
    Bytes again;
    append_prepare_ok(again, *decode_prepare_ok(none, optional), optional);
    EXPECT_EQ(to_hex(again), to_hex(none));
}

// Requests that MySQL 9.7.4 answered with rows: one parameter, bound as BIGINT 1; again without types; with
// attributes.
constexpr std::string_view execute = "17 01000000 00 01000000 00 01 0800 0100000000000000";
constexpr std::string_view execute_again = "17 01000000 00 01000000 00 00 0100000000000000";
constexpr std::string_view execute_named =
    "17 01000000 08 01000000 02 00 01 080000 fd00 026161 2900000000000000 0378797a";

ExecuteContext one_parameter(Capabilities capabilities = 0) {
    ExecuteContext context;
    context.capabilities = capabilities;
    context.parameters = 1;
    return context;
}

std::int64_t integer(const BoundValue& value) {
    TemporalText storage;
    return std::get<std::int64_t>(to_sql_value(value, storage).value());
}

TEST(Execute, DecodesBoundTypes) {
    const Bytes bytes = hex(execute);
    const auto request = decode_execute(bytes, one_parameter());
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->statement_id, 1U);
    EXPECT_EQ(request->flags, 0);
    EXPECT_EQ(request->iterations, 1U);
    EXPECT_TRUE(request->types_bound);
    ASSERT_EQ(request->values.size(), 1U);
    EXPECT_EQ(integer(request->values[0]), 1);
    EXPECT_EQ(bound_types(*request), (std::vector<BoundType>{long_long}));
    EXPECT_EQ(execute_statement_id(bytes).value(), 1U);
}

TEST(W5_Execute, UsesRememberedTypesAndBindsThemAgain) {
    const Bytes bytes = hex(execute_again);
    const auto without = decode_execute(bytes, one_parameter());
    ASSERT_FALSE(without.has_value());
    EXPECT_EQ(without.error().code, mysql_error::wrong_arguments);

    ExecuteContext context = one_parameter();
    const BoundType types[] = {long_long};
    context.remembered_types = types;
    const auto request = decode_execute(bytes, context);
    ASSERT_TRUE(request.has_value());
    EXPECT_FALSE(request->types_bound);
    EXPECT_EQ(integer(request->values[0]), 1);
    // For another connection, which never saw the types.
    Bytes out;
    append_execute(out, *request, 1, 0);
    EXPECT_EQ(to_hex(out), to_hex(hex(execute)));
    out.clear();
    append_execute(out, *request, 0xA1B2C3D4, 0);
    EXPECT_EQ(to_hex(out).substr(0, 10), "17d4c3b2a1");
}

TEST(Execute, DecodesQueryAttributesAndDropsOrKeepsThem) {
    const Bytes bytes = hex(execute_named);
    const auto request = decode_execute(bytes, one_parameter(with_attributes));
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->parameters, 1);
    ASSERT_EQ(request->values.size(), 2U);
    EXPECT_EQ(integer(request->values[0]), 41);
    EXPECT_EQ(request->values[1].name, "aa");
    EXPECT_EQ(request->values[1].type, var_string);
    EXPECT_EQ(bound_types(*request), (std::vector<BoundType>{long_long}));
    Bytes kept;
    append_execute(kept, *request, 1, with_attributes);
    EXPECT_EQ(to_hex(kept), to_hex(bytes));
    Bytes dropped;
    append_execute(dropped, *request, 1, 0);
    EXPECT_EQ(to_hex(dropped), to_hex(hex("17 01000000 00 01000000 00 01 0800 2900000000000000")));
}

TEST(Execute, WithoutParametersHasNone) {
    const auto plain = decode_execute(hex("17 02000000 00 01000000"), {});
    ASSERT_TRUE(plain.has_value());
    EXPECT_TRUE(plain->values.empty());
    ExecuteContext context;
    context.capabilities = with_attributes;
    // MySQL 9.7.4 takes both: a count of 0 by the flag, and neither.
    EXPECT_TRUE(decode_execute(hex("17 02000000 08 01000000 00"), context)->values.empty());
    EXPECT_TRUE(decode_execute(hex("17 02000000 00 01000000"), context)->values.empty());
    const Bytes named = hex("17 02000000 08 01000000 01 00 01 fd00 026161 0378797a");
    const auto with = decode_execute(named, context);
    ASSERT_TRUE(with.has_value());
    EXPECT_EQ(with->values.size(), 1U);
    Bytes out;
    append_execute(out, *with, 2, with_attributes);
    EXPECT_EQ(to_hex(out), to_hex(named));
    Bytes dropped;
    append_execute(dropped, *with, 2, 0);
    EXPECT_EQ(to_hex(dropped), "17020000000001000000");
}

// Nine parameters, so that the bitmap has two bytes: NULL, 'a', long data, and six integers of one byte.
const Bytes nine = hex(
    "17 05000000 01 01000000 0100 01 0800 fd00 fc00 0100 0100 0100 0100 0100 0180 0161 01 02 03 04 05 ff");

ExecuteContext nine_parameters() {
    static constexpr std::uint16_t long_data[] = {2};
    ExecuteContext context;
    context.parameters = 9;
    context.long_data = long_data;
    return context;
}

TEST(W4_Execute, LongDataIsAbsent) {
    const auto request = decode_execute(nine, nine_parameters());
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->flags, cursor_flag::read_only);
    EXPECT_TRUE(request->values[0].is_null);
    EXPECT_TRUE(request->values[2].is_long_data);
    EXPECT_TRUE(request->values[2].encoded.empty());
    EXPECT_EQ(integer(request->values[3]), 1);
    TemporalText storage;
    EXPECT_EQ(std::get<std::uint64_t>(*to_sql_value(request->values[8], storage)), 255U);
    Bytes out;
    append_execute(out, *request, 5, 0);
    EXPECT_EQ(to_hex(out), to_hex(nine));
}

TEST(W4_Execute, TheNullBitOfLongDataMeansNothing) {
    Bytes with_bit = nine;
    with_bit[10] |= 1 << 2;
    const auto request = decode_execute(with_bit, nine_parameters());
    ASSERT_TRUE(request.has_value());
    EXPECT_TRUE(request->values[2].is_long_data);
    EXPECT_FALSE(request->values[2].is_null);
}

TEST(Execute, WritesASubsetInAnyOrder) {
    const auto request = decode_execute(nine, nine_parameters());
    ASSERT_TRUE(request.has_value());
    const std::uint16_t chosen[] = {8, 0, 1};
    Bytes out;
    append_execute(out, *request, 6, chosen, 0);
    EXPECT_EQ(to_hex(out), to_hex(hex("17 06000000 01 01000000 02 01 0180 0800 fd00 ff 0161")));
    Bytes none;
    append_execute(none, *request, 6, std::span<const std::uint16_t>(), 0);
    EXPECT_EQ(to_hex(none), "17060000000101000000");
    const std::uint16_t beyond[] = {200};
    Bytes null_value;
    append_execute(null_value, *request, 6, beyond, 0);
    EXPECT_EQ(to_hex(null_value), to_hex(hex("17 06000000 01 01000000 01 01 0600")));
}

TEST(Execute, EveryTruncationFails) {
    const auto check = [](const Bytes& whole, const ExecuteContext& context) {
        testing::for_each_truncation(whole, [&](BytesView prefix, std::size_t size) {
            const auto request = decode_execute(prefix, context);
            ASSERT_FALSE(request.has_value()) << size;
            EXPECT_EQ(request.error().code, mysql_error::malformed_packet);
        });
    };
    check(hex(execute), one_parameter());
    check(hex(execute_named), one_parameter(with_attributes));
    check(nine, nine_parameters());
}

// Connector/J: every value is NULL, and it has not bound types yet.
TEST(Execute, NullsNeedNoTypes) {
    const auto request = decode_execute(hex("17 01000000 00 01000000 01 00"), one_parameter());
    ASSERT_TRUE(request.has_value());
    ASSERT_EQ(request->values.size(), 1U);
    EXPECT_TRUE(request->values[0].is_null);
    Bytes out;
    append_execute(out, *request, 1, 0);
    EXPECT_EQ(to_hex(out), to_hex(hex("17 01000000 00 01000000 01 01 0600")));
}

TEST(Execute, LongDataNeedsNoTypes) {
    ExecuteContext context = one_parameter();
    const std::uint16_t sent[] = {0};
    context.long_data = sent;
    const auto request = decode_execute(hex("17 01000000 00 01000000 00 00"), context);
    ASSERT_TRUE(request.has_value());
    EXPECT_TRUE(request->values[0].is_long_data);
    Bytes out;
    append_execute(out, *request, 1, 0);
    EXPECT_EQ(to_hex(out), to_hex(hex("17 01000000 00 01000000 00 01 fc00")));
}

TEST(Execute, RefusesTypesThatCannotBeBound) {
    const auto request = decode_execute(hex("17 01000000 00 01000000 00 01 5000 01"), one_parameter());
    EXPECT_EQ(request.error().code, mysql_error::wrong_arguments);
}

TEST(W5_Execute, TakesAsManyParametersAsThereCanBe) {
    constexpr std::uint16_t most = 65'535;
    Bytes bytes = hex("17 01000000 00 01000000");
    append_zeros(bytes, (most + 7) / 8);
    append_u8(bytes, 1);
    for (int i = 0; i < most; ++i) append_u16(bytes, 1);
    for (int i = 0; i < most; ++i) append_u8(bytes, static_cast<std::uint8_t>(i));
    ExecuteContext context;
    context.parameters = most;
    const auto request = decode_execute(bytes, context);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->values.size(), most);
    Bytes out;
    append_execute(out, *request, 1, 0);
    EXPECT_EQ(out, bytes);
    // One more cannot be announced by attributes either.
    context.capabilities = with_attributes;
    Bytes too_many = hex("17 01000000 08 01000000 fd000001");
    append_zeros(too_many, 65'536 / 8);
    append_u8(too_many, 1);
    for (int i = 0; i < 65'536; ++i) append_u24(too_many, 6);  // NULL, without a name
    EXPECT_FALSE(decode_execute(too_many, context).has_value());
    EXPECT_FALSE(decode_execute(hex("17 01000000 08 01000000 feffffffffffffffff"), context).has_value());
}

TEST(PatchStatementId, ChangesFourBytes) {
    Bytes bytes = hex(execute);
    patch_statement_id(bytes, 0x01020304);
    EXPECT_EQ(to_hex(bytes).substr(0, 12), "170403020100");
    Bytes tiny = hex("17010203");
    patch_statement_id(tiny, 9);
    EXPECT_EQ(to_hex(tiny), "17010203");
}

TEST(OtherStatementRequests, Decode) {
    const Bytes fetch = hex("1c 01000000 0a000000");
    EXPECT_EQ(decode_fetch(fetch)->statement_id, 1U);
    EXPECT_EQ(decode_fetch(fetch)->rows, 10U);
    const Bytes data = hex("18 01000000 0200 616263");
    EXPECT_EQ(decode_long_data(data)->statement_id, 1U);
    EXPECT_EQ(decode_long_data(data)->parameter, 2);
    EXPECT_EQ(to_text(decode_long_data(data)->data), "abc");
    Bytes again;
    append_long_data(again, *decode_long_data(data));
    EXPECT_EQ(to_hex(again), to_hex(data));
    EXPECT_EQ(decode_statement_id(hex("19 07000000")).value(), 7U);
    testing::for_each_truncation(fetch,
                                 [](BytesView prefix, std::size_t) { EXPECT_FALSE(decode_fetch(prefix)); });
    testing::for_each_truncation(hex("18 01000000 0200"), [](BytesView prefix, std::size_t) {
        EXPECT_FALSE(decode_long_data(prefix));
    });
    testing::for_each_truncation(
        hex("19 07000000"), [](BytesView prefix, std::size_t) { EXPECT_FALSE(decode_statement_id(prefix)); });
    Bytes out;
    append_statement_close(out, 7);
    append_statement_reset(out, 8);
    append_prepare(out, "DO 1");
    EXPECT_EQ(to_hex(out), to_hex(hex("19 07000000 1a 08000000 16 444f2031")));
}

}  // namespace
}  // namespace leasehold::wire
