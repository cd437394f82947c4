#include "wire/commands.h"

#include <gtest/gtest.h>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"
#include "wire/capabilities.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::to_hex;

TEST(Command, IsTheFirstByte) {
    EXPECT_EQ(decode_command(hex("0e")).value(), Command::ping);
    EXPECT_EQ(decode_command(hex("1f")).value(), Command::reset_connection);
    EXPECT_EQ(decode_command(hex("20")).error().code, mysql_error::unknown_command);
    EXPECT_EQ(decode_command(hex("ff")).error().message, "Unknown command");
    EXPECT_EQ(decode_command(hex("")).error().code, mysql_error::malformed_packet);
    for (int byte = 0; byte <= 0x1F; ++byte)
        EXPECT_NE(to_string(static_cast<Command>(byte)), "Unknown") << byte;
    EXPECT_EQ(to_string(static_cast<Command>(0x99)), "Unknown");
}

TEST(InitDb, TakesTheRestAsTheName) {
    const Bytes bytes = hex("02 637573746f6d6572");
    EXPECT_EQ(decode_init_db(bytes).value(), "customer");
    EXPECT_EQ(decode_init_db(hex("02")).value(), "");
    EXPECT_FALSE(decode_init_db(hex("")).has_value());
    Bytes out;
    append_init_db(out, "customer");
    EXPECT_EQ(to_hex(out), to_hex(bytes));
}

TEST(FieldList, HasTableAndWildcard) {
    const Bytes bytes = hex("04 7400 6125");
    EXPECT_EQ(decode_field_list(bytes)->table, "t");
    EXPECT_EQ(decode_field_list(bytes)->wildcard, "a%");
    EXPECT_EQ(decode_field_list(hex("04 7400"))->wildcard, "");
    EXPECT_FALSE(decode_field_list(hex("04 74")).has_value());
}

TEST(SmallRequests, DecodeAndRefuseTruncations) {
    EXPECT_EQ(decode_process_kill(hex("0c ffff0000")).value(), 65'535U);
    testing::for_each_truncation(
        hex("0c ffff0000"), [](BytesView prefix, std::size_t) { EXPECT_FALSE(decode_process_kill(prefix)); });
    EXPECT_EQ(decode_set_option(hex("1b 0000")).value(), SetOption::multi_statements_on);
    EXPECT_EQ(decode_set_option(hex("1b 0100")).value(), SetOption::multi_statements_off);
    EXPECT_EQ(decode_set_option(hex("1b 0500")).error().code, mysql_error::unknown_command);
    EXPECT_EQ(decode_set_option(hex("1b 00")).error().code, mysql_error::malformed_packet);
    Bytes out;
    append_set_option(out, SetOption::multi_statements_off);
    append_command(out, Command::ping);
    EXPECT_EQ(to_hex(out), "1b01000e");
}

TEST(Capabilities, ShapeIsWhatChangesBytesAndMeaning) {
    using namespace capability;
    const Capabilities shape = byte_shaping(0xFFFFFFFF);
    for (const Capabilities flag : {found_rows, ignore_space, multi_statements, deprecate_eof,
                                    optional_resultset_metadata, query_attributes, local_files}) {
        EXPECT_TRUE(has(shape, flag)) << flag;
    }
    for (const Capabilities flag :
         {interactive, session_track, ssl, compress, zstd, connect_with_db, connect_attrs, plugin_auth,
          long_password, multi_factor, remember_options}) {
        EXPECT_FALSE(has(shape, flag)) << flag;
    }
    EXPECT_EQ(byte_shaping(tablet_capabilities(shape)), shape);
    EXPECT_TRUE(has(tablet_capabilities(0), session_track | protocol_41 | long_password | plugin_auth));
    EXPECT_FALSE(has(proxy_capabilities, ssl));
    EXPECT_FALSE(has(proxy_capabilities, compress));
    EXPECT_FALSE(has(proxy_capabilities, remember_options));
}

}  // namespace
}  // namespace leasehold::wire
