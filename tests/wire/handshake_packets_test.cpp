#include "wire/handshake_packets.h"

#include <gtest/gtest.h>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::to_hex;

// Payloads read off the socket.
constexpr std::string_view mysql_greeting =
    "0a 392e372e342d3200 0a000000 3c3a2d38270e667c 00 ffff ff 0200 ffdf 15 00000000000000000000"
    "7f44652160774279322b2c3600 63616368696e675f736861325f70617373776f726400";
constexpr std::string_view mariadb_greeting =
    "0a 352e352e352d31302e31312e31392d4d6172696144422d302b646562313275310004000000 3c7a73527e457c62 00 fef7 "
    "08 0200"
    "ff81 15 000000000000 1d000000 576d3e2f6c574c595831287400 6d7973716c5f6e61746976655f70617373776f726400";

TEST(Greeting, DecodesMySql) {
    const auto greeting = decode_greeting(hex(mysql_greeting));
    ASSERT_TRUE(greeting.has_value());
    EXPECT_EQ(greeting->server_version, "9.7.4-2");
    EXPECT_EQ(greeting->connection_id, 10U);
    EXPECT_EQ(greeting->capabilities, 0xDFFFFFFFU);
    EXPECT_EQ(greeting->collation, 255);
    EXPECT_EQ(greeting->status, server_status::autocommit);
    EXPECT_EQ(to_hex(greeting->auth_data), "3c3a2d38270e667c7f44652160774279322b2c3600");
    EXPECT_EQ(greeting->auth_plugin, caching_sha2_plugin);
    EXPECT_EQ(to_hex(to_scramble(greeting->auth_data).value()), "3c3a2d38270e667c7f44652160774279322b2c36");
}

TEST(Greeting, DecodesMariaDb) {
    const auto greeting = decode_greeting(hex(mariadb_greeting));
    ASSERT_TRUE(greeting.has_value());
    EXPECT_EQ(greeting->server_version, "5.5.5-10.11.19-MariaDB-0+deb12u1");
    EXPECT_EQ(greeting->connection_id, 4U);
    EXPECT_EQ(greeting->capabilities, 0x81FFF7FEU);
    EXPECT_EQ(greeting->collation, collation::latin1_swedish_ci);
    EXPECT_EQ(greeting->auth_plugin, native_password_plugin);
}

TEST(Greeting, EncodesWhatMySqlSends) {
    Greeting greeting;
    greeting.server_version = "9.7.4-2";
    greeting.connection_id = 10;
    greeting.capabilities = 0xDFFFFFFF;
    greeting.collation = 255;
    greeting.status = server_status::autocommit;
    greeting.auth_data = hex("3c3a2d38270e667c7f44652160774279322b2c36");
    greeting.auth_plugin = caching_sha2_plugin;
    Bytes out;
    append_greeting(out, greeting);
    EXPECT_EQ(to_hex(out), to_hex(hex(mysql_greeting)));
}

TEST(Greeting, EveryTruncationButThatOfTheLastNulFails) {
    // A plugin name without its NUL is taken: MySQL 5.5.10 sends it so.
    for (const std::string_view text : {mysql_greeting, mariadb_greeting}) {
        const Bytes whole = hex(text);
        const auto name_at = to_text(whole).find(text == mysql_greeting ? "caching" : "mysql_native");
        testing::for_each_truncation(whole, [&](BytesView prefix, std::size_t size) {
            const auto greeting = decode_greeting(prefix);
            EXPECT_EQ(greeting.has_value(), size >= name_at) << size;
            if (!greeting) {
                EXPECT_EQ(greeting.error().code, mysql_error::bad_handshake);
            }
        });
    }
}

// MySQL 5.7 with max_connections reached, and a host that is blocked: without SQLSTATE, as before any login.
TEST(Greeting, AnErrorInsteadIsTheServersError) {
    const auto full = decode_greeting(hex("ff1004 546f6f206d616e7920636f6e6e656374696f6e73"));
    ASSERT_FALSE(full.has_value());
    EXPECT_EQ(full.error().code, mysql_error::con_count);
    EXPECT_EQ(full.error().message, "Too many connections");
    EXPECT_EQ(full.error().sqlstate, "08004");
}

TEST(Greeting, RefusesOtherProtocolVersions) {
    Bytes bytes = hex(mysql_greeting);
    bytes[0] = 9;
    EXPECT_EQ(decode_greeting(bytes).error().code, mysql_error::bad_handshake);
}

// A client of our own, accepted by MySQL 9.7: capabilities, max_packet, utf8mb4_general_ci, app, answer, d,
// plugin.
constexpr std::string_view login_packet =
    "89a22f00 00000001 2d 0000000000000000000000000000000000000000000000 61707000"
    "20 9fa8736a9f50062b76d916cc2a6143aa169f146527aca86ef3ee1cbd35964517 6e6f706500"
    "63616368696e675f736861325f70617373776f726400";

LoginRequest login_of(BytesView payload) {
    auto first = decode_first_packet(payload);
    EXPECT_TRUE(first.has_value());
    if (!first || !std::holds_alternative<LoginRequest>(*first)) return {};
    return std::get<LoginRequest>(*first);
}

TEST(LoginRequest, Decodes) {
    const LoginRequest request = login_of(hex(login_packet));
    EXPECT_EQ(request.capabilities, 0x002FA289U);
    EXPECT_EQ(request.max_packet, 0x01000000U);
    EXPECT_EQ(request.collation, collation::utf8mb4_general_ci);
    EXPECT_EQ(request.user, "app");
    EXPECT_EQ(to_hex(request.auth_response),
              "9fa8736a9f50062b76d916cc2a6143aa169f146527aca86ef3ee1cbd35964517");
    EXPECT_EQ(request.database, "nope");
    EXPECT_EQ(request.auth_plugin, caching_sha2_plugin);
    EXPECT_TRUE(request.attributes.empty());
}

TEST(LoginRequest, EncodesTheSame) {
    Bytes out;
    append_login_request(out, login_of(hex(login_packet)));
    EXPECT_EQ(to_hex(out), to_hex(hex(login_packet)));
}

TEST(LoginRequest, TruncationsBeforeTheDatabaseFail) {
    // The database and the plugin may end with the packet: old connectors leave the last NUL out.
    const Bytes whole = hex(login_packet);
    const std::size_t database_at = to_text(whole).find("nope");
    testing::for_each_truncation(whole, [&](BytesView prefix, std::size_t size) {
        EXPECT_EQ(decode_first_packet(prefix).has_value(), size >= database_at) << size;
    });
}

TEST(LoginRequest, RefusesClientsBeforeProtocol41) {
    Bytes bytes = hex(login_packet);
    bytes[1] = 0xA0;
    EXPECT_EQ(decode_first_packet(bytes).error().code, mysql_error::bad_handshake);
}

TEST(TlsRequest, IsTheFirst32BytesAlone) {
    const auto first =
        decode_first_packet(hex("81aa2f00000000012d0000000000000000000000000000000000000000000000"));
    ASSERT_TRUE(first.has_value());
    ASSERT_TRUE(std::holds_alternative<TlsRequest>(*first));
    EXPECT_EQ(std::get<TlsRequest>(*first).capabilities, 0x002FAA81U);
    Bytes out;
    append_tls_request(out, TlsRequest{0x002FA281, 1U << 24, collation::utf8mb4_general_ci});
    EXPECT_EQ(to_hex(out), "81aa2f00000000012d0000000000000000000000000000000000000000000000");
}

constexpr Capabilities with_attributes = capability::protocol_41 | capability::secure_connection |
                                         capability::plugin_auth | capability::connect_attrs;

// The example of dev.mysql.com, "Protocol::HandshakeResponse41", shortened: two attributes.
constexpr std::string_view attributes_packet =
    "00821800 00000001 08 0000000000000000000000000000000000000000000000 726f6f7400 00"
    "6d7973716c5f6e61746976655f70617373776f726400 15 035f6f73 05 4c696e7578 045f706964 05 3232333434";

TEST(ConnectionAttributes, Decode) {
    const LoginRequest request = login_of(hex(attributes_packet));
    EXPECT_EQ(request.attributes, (ConnectionAttributes{{"_os", "Linux"}, {"_pid", "22344"}}));
    Bytes out;
    append_login_request(out, request);
    EXPECT_EQ(to_hex(out), to_hex(hex(attributes_packet)));
}

TEST(ConnectionAttributes, EveryTruncationFails) {
    const Bytes whole = hex(attributes_packet);
    const std::size_t attributes_at = to_text(whole).find("_os") - 2;
    for (std::size_t size = attributes_at + 1; size < whole.size(); ++size) {
        EXPECT_FALSE(decode_first_packet(testing::exact(BytesView(whole).first(size))).has_value()) << size;
    }
    EXPECT_TRUE(login_of(BytesView(whole).first(attributes_at)).attributes.empty());
}

TEST(ConnectionAttributes, AreBounded) {
    LoginRequest request;
    request.capabilities = with_attributes;
    request.attributes = {{"name", std::string(max_attributes_size - 8, 'v')}};
    Bytes fits;
    append_login_request(fits, request);
    EXPECT_EQ(login_of(fits).attributes.size(), 1U);

    // Ours are left out when they do not fit; a client's are refused.
    request.attributes.emplace_back("more", "x");
    Bytes dropped;
    append_login_request(dropped, request);
    EXPECT_EQ(dropped.size(), fits.size());

    Bytes block;
    append_lenenc_text(block, "name");
    append_lenenc_text(block, std::string(max_attributes_size, 'v'));
    request.attributes.clear();
    Bytes too_large;
    append_login_request(too_large, request);
    too_large.pop_back();
    append_lenenc_text(too_large, to_text(block));
    EXPECT_EQ(decode_first_packet(too_large).error().code, mysql_error::bad_handshake);
}

TEST(AuthSwitch, DecodesAndEncodesWhatServersSend) {
    const Bytes bytes =
        hex("fe 63616368696e675f736861325f70617373776f726400 1266e042a25057e7070557d066b79216067081b2 00");
    const auto request = decode_auth_switch(bytes);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->plugin, caching_sha2_plugin);
    Bytes out;
    append_auth_switch(out, caching_sha2_plugin, to_scramble(request->data).value());
    EXPECT_EQ(to_hex(out), to_hex(bytes));
    EXPECT_TRUE(decode_auth_switch(hex("fe"))->plugin.empty());
    EXPECT_FALSE(decode_auth_switch(hex("fe61")).has_value());
    EXPECT_FALSE(decode_auth_switch(hex("")).has_value());
    EXPECT_FALSE(to_scramble(hex("00112233445566778899aabbccddeeff001122")).has_value());
}

// Accepted by MySQL 9.7 (length byte, u16 collation, plugin).
constexpr std::string_view change_user_packet =
    "11 61707000 14 7f96dcb206dff66ec2cb9f93dae1e2bb37c8c3cb 6400 2d00 "
    "6d7973716c5f6e61746976655f70617373776f726400";
constexpr Capabilities change_user_capabilities = capability::protocol_41 | capability::secure_connection |
                                                  capability::plugin_auth | capability::plugin_auth_lenenc;

TEST(ChangeUser, DecodesAndEncodes) {
    const auto request = decode_change_user(hex(change_user_packet), change_user_capabilities);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->user, "app");
    EXPECT_EQ(request->database, "d");
    EXPECT_EQ(request->collation, 45);
    EXPECT_EQ(request->auth_plugin, native_password_plugin);
    EXPECT_EQ(request->auth_response.size(), 20U);
    Bytes out;
    append_change_user(out, *request, change_user_capabilities);
    EXPECT_EQ(to_hex(out), to_hex(hex(change_user_packet)));
}

TEST(ChangeUser, MayEndAfterTheDatabaseButNotWithinAField) {
    const Bytes whole = hex(change_user_packet);
    const std::size_t database_at = 1 + 4 + 1 + 20;
    testing::for_each_truncation(whole, [&](BytesView prefix, std::size_t size) {
        const bool in_collation = size == database_at + 3;
        EXPECT_EQ(decode_change_user(prefix, change_user_capabilities).has_value(),
                  size >= database_at && !in_collation)
            << size;
    });
}

}  // namespace
}  // namespace leasehold::wire
