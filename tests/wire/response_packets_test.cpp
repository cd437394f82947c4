#include "wire/response_packets.h"

#include <gtest/gtest.h>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::to_hex;

constexpr Capabilities track = capability::session_track;

// Payloads of MySQL 9.7.4: UPDATE; SET autocommit=0 with SESSION_TRACK; the end of rows with DEPRECATE_EOF.
constexpr std::string_view update_ok =
    "00010002000000 28526f7773206d6174636865643a203120204368616e6765643a203120205761726e696e67733a2030";
constexpr std::string_view set_ok = "00000000400000 00 11 000f0a6175746f636f6d6d6974034f4646";
constexpr std::string_view end_of_rows =
    "fe000003400000 00 1e 00110c73746174656d656e745f696403313338050908545f525f5f5f535f";

TEST(Ok, DecodesWhatServersSend) {
    const Bytes update = hex(update_ok);
    for (const Capabilities capabilities : {Capabilities{0}, track}) {
        const auto ok = decode_ok(update, capabilities);
        ASSERT_TRUE(ok.has_value());
        EXPECT_EQ(ok->affected_rows, 1U);
        EXPECT_EQ(ok->last_insert_id, 0U);
        EXPECT_EQ(ok->status, server_status::autocommit);
        EXPECT_EQ(ok->info, "Rows matched: 1  Changed: 1  Warnings: 0");
        EXPECT_TRUE(ok->session_state.empty());
    }
    const Bytes set = hex(set_ok);
    const auto tracked = decode_ok(set, track);
    ASSERT_TRUE(tracked.has_value());
    EXPECT_EQ(tracked->status, server_status::session_state_changed);
    EXPECT_EQ(tracked->info, "");
    EXPECT_EQ(to_hex(tracked->session_state), "000f0a6175746f636f6d6d6974034f4646");
    EXPECT_TRUE(decode_ok(hex(end_of_rows), track).has_value());
}

TEST(Ok, InfoMayRunToTheEndAsDocumented) {
    const Bytes bytes = hex("00000002000000 526f7773");
    EXPECT_EQ(decode_ok(bytes, 0)->info, "Rows");
    EXPECT_FALSE(decode_ok(bytes, track).has_value());
}

TEST(Ok, EveryTruncationFailsOrLosesAWholePart) {
    testing::for_each_truncation(hex(set_ok), [](BytesView prefix, std::size_t size) {
        const auto ok = decode_ok(prefix, track);
        // After the numbers and after the (empty) text a packet may end.
        EXPECT_EQ(ok.has_value(), size == 7 || size == 8) << size;
        if (!ok) {
            EXPECT_EQ(ok.error().code, mysql_error::malformed_packet);
        }
    });
    EXPECT_FALSE(decode_ok(hex("01000002000000"), 0).has_value());
}

// A tablet is always asked for SESSION_TRACK; a client without it gets the same OK without the state.
TEST(Ok, IsWrittenAgainForAnyClient) {
    const Bytes set = hex(set_ok);
    const auto ok = decode_ok(set, track);
    Bytes same;
    append_ok(same, *ok, track);
    EXPECT_EQ(to_hex(same), to_hex(set));
    Bytes without;
    append_ok(without, *ok, 0);
    EXPECT_EQ(to_hex(without), "00000000000000");

    const Bytes end = hex(end_of_rows);
    Bytes end_without;
    append_ok(end_without, *decode_ok(end, track), capability::deprecate_eof, eof_header);
    EXPECT_EQ(to_hex(end_without), "fe000003000000");

    for (const Capabilities capabilities : {Capabilities{0}, track}) {
        const Bytes update = hex(update_ok);
        Bytes again;
        append_ok(again, *decode_ok(update, track), capabilities);
        EXPECT_EQ(to_hex(again), to_hex(update));
    }
}

TEST(Ok, LargeNumbersKeepTheirWidth) {
    const Bytes bytes = hex("00 fd000001 feffffffffffffffff 0200 ffff");
    const auto ok = decode_ok(bytes, 0);
    ASSERT_TRUE(ok.has_value());
    EXPECT_EQ(ok->affected_rows, 65'536U);
    EXPECT_EQ(ok->last_insert_id, ~std::uint64_t{0});
    EXPECT_EQ(ok->warnings, 0xFFFF);
    Bytes out;
    append_ok(out, *ok, 0);
    EXPECT_EQ(to_hex(out), to_hex(bytes));
}

TEST(Eof, DecodesAndEncodes) {
    const auto eof = decode_eof(hex("fe01002200"));
    ASSERT_TRUE(eof.has_value());
    EXPECT_EQ(eof->warnings, 1);
    EXPECT_EQ(eof->status, server_status::autocommit | server_status::no_index_used);
    Bytes out;
    append_eof(out, *eof);
    EXPECT_EQ(to_hex(out), "fe01002200");
    testing::for_each_truncation(
        out, [](BytesView prefix, std::size_t) { EXPECT_FALSE(decode_eof(prefix).has_value()); });
    Bytes end;
    append_end_of_rows(end, *eof, capability::deprecate_eof);
    EXPECT_EQ(to_hex(end), "fe000022000100");
}

TEST(Err, DecodesWithAndWithoutSqlstate) {
    const Error with = decode_err(hex("ff1904233432303030556e6b6e6f776e20646174616261736520276e6f706527"));
    EXPECT_EQ(with.code, mysql_error::bad_db);
    EXPECT_EQ(with.sqlstate, "42000");
    EXPECT_EQ(with.message, "Unknown database 'nope'");
    const Error without = decode_err(hex("ff1004 546f6f"));
    EXPECT_EQ(without.code, mysql_error::con_count);
    EXPECT_EQ(without.sqlstate, "08004");
    EXPECT_EQ(without.message, "Too");
    // SIGNAL SQLSTATE '45000', and one that nobody knows.
    EXPECT_EQ(decode_err(hex("ff6c06 23 3435303030 78")).sqlstate, "45000");
    EXPECT_EQ(decode_err(hex("ff6c06 23 5a5a5a5a5a 78")).sqlstate, "HY000");
    EXPECT_EQ(decode_err_views(hex("ff6c06 23 5a5a5a5a5a 78"))->sqlstate, "ZZZZZ");
    for (const std::string_view bad : {"", "ff", "ff10", "00000000"}) {
        EXPECT_EQ(decode_err(hex(bad)).code, mysql_error::malformed_packet) << bad;
    }
}

TEST(Err, Encodes) {
    EXPECT_EQ(to_hex(err_packet(make_error(mysql_error::bad_db, "Unknown database 'nope'"), 1)),
              "20000001ff1904233432303030556e6b6e6f776e20646174616261736520276e6f706527");
    EXPECT_EQ(to_hex(err_packet(Error(), 255)), "090000ffff5104234859303030");
}

// SELECT id FROM d.t, MySQL 9.7.4; and COM_FIELD_LIST, which appends the default.
constexpr std::string_view column = "03646566 0164 0174 0174 026964 026964 0c 3f00 0b000000 03 0350 00 0000";
constexpr std::string_view default_zero = "0130";

TEST(ColumnDefinition, DecodesAndEncodes) {
    const Bytes bytes = hex(column);
    const auto decoded = decode_column_definition(bytes);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->catalog, "def");
    EXPECT_EQ(decoded->schema, "d");
    EXPECT_EQ(decoded->table, "t");
    EXPECT_EQ(decoded->org_table, "t");
    EXPECT_EQ(decoded->name, "id");
    EXPECT_EQ(decoded->org_name, "id");
    EXPECT_EQ(decoded->collation, collation::binary);
    EXPECT_EQ(decoded->length, 11U);
    EXPECT_EQ(decoded->type, ColumnType::long_int);
    EXPECT_EQ(decoded->flags, column_flag::not_null | column_flag::primary_key |
                                  column_flag::no_default_value | column_flag::part_key);
    EXPECT_FALSE(decoded->has_default);
    Bytes out;
    append_column_definition(out, *decoded);
    EXPECT_EQ(to_hex(out), to_hex(bytes));
}

TEST(ColumnDefinition, MayCarryADefault) {
    for (const std::string_view tail : {default_zero, std::string_view("fb")}) {
        Bytes bytes = hex(column);
        append_bytes(bytes, hex(tail));
        const auto decoded = decode_column_definition(bytes);
        ASSERT_TRUE(decoded.has_value());
        EXPECT_TRUE(decoded->has_default);
        EXPECT_EQ(decoded->default_value, tail == "fb" ? TextValue() : TextValue("0"));
        Bytes out;
        append_column_definition(out, *decoded);
        EXPECT_EQ(to_hex(out), to_hex(bytes));
    }
}

TEST(ColumnDefinition, EveryTruncationFails) {
    testing::for_each_truncation(hex(column), [](BytesView prefix, std::size_t size) {
        EXPECT_FALSE(decode_column_definition(prefix).has_value()) << size;
    });
    Bytes cut_default = hex(column);
    append_bytes(cut_default, hex("0530"));
    EXPECT_FALSE(decode_column_definition(cut_default).has_value());
}

TEST(ColumnCount, HasTheMetadataFlagAfterTheCount) {
    // MySQL 9.7.4: two columns, resultset_metadata NONE and FULL.
    constexpr Capabilities optional = capability::optional_resultset_metadata;
    EXPECT_FALSE(decode_column_count(hex("0200"), optional)->metadata_follows);
    EXPECT_EQ(decode_column_count(hex("0200"), optional)->columns, 2U);
    EXPECT_TRUE(decode_column_count(hex("0201"), optional)->metadata_follows);
    EXPECT_EQ(decode_column_count(hex("fcfb00"), 0)->columns, 251U);
    for (const std::string_view bad : {"", "00", "0201", "fc01", "ff", "fb"}) {
        EXPECT_FALSE(decode_column_count(hex(bad), 0).has_value()) << bad;
    }
    EXPECT_FALSE(decode_column_count(hex("02"), optional).has_value());
    Bytes out;
    append_column_count(out, ColumnCount{300, false}, optional);
    EXPECT_EQ(to_hex(out), "fc2c0100");
}

TEST(TextRow, DecodesAndEncodes) {
    const Bytes bytes = hex("036f6e65 fb 00");
    const auto row = decode_text_row(bytes, 3);
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(*row, (std::vector<TextValue>{"one", std::nullopt, ""}));
    Bytes out;
    append_text_row(out, *row);
    EXPECT_EQ(to_hex(out), to_hex(bytes));
    EXPECT_FALSE(decode_text_row(bytes, 2).has_value());
    EXPECT_FALSE(decode_text_row(bytes, 4).has_value());
    testing::for_each_truncation(
        bytes, [](BytesView prefix, std::size_t) { EXPECT_FALSE(decode_text_row(prefix, 3).has_value()); });
    // The number of columns takes no memory that the row does not have.
    EXPECT_FALSE(decode_text_row(bytes, ~std::size_t{0}).has_value());
}

TEST(LocalInfile, NamesTheFile) {
    EXPECT_EQ(decode_local_infile(hex("fb782e637376")).value(), "x.csv");
    EXPECT_FALSE(decode_local_infile(hex("")).has_value());
    EXPECT_FALSE(decode_local_infile(hex("00")).has_value());
    Bytes out;
    append_local_infile(out, "x.csv");
    EXPECT_EQ(to_hex(out), "fb782e637376");
}

}  // namespace
}  // namespace leasehold::wire
