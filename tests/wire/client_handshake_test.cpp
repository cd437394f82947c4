#include "wire/client_handshake.h"

#include <gtest/gtest.h>

#include <string>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"
#include "tests/wire/rsa_key.h"
#include "wire/response_packets.h"
#include "wire/rsa.h"

namespace leasehold::wire {
namespace {

using testing::exact;
using testing::hex;
using testing::to_hex;

// Payloads of MySQL 9.7.4 and MariaDB 10.11.19, read off the socket.
constexpr std::string_view mysql_greeting =
    "0a392e372e342d32000a0000003c3a2d38270e667c00ffffff0200ffdf15000000000000000000007f44652160774279322b2c36"
    "0063616368"
    "696e675f736861325f70617373776f726400";
constexpr std::string_view mariadb_greeting =
    "0a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531001a0000005b786a2c3875672600fef7080200"
    "ff81150000"
    "000000001d000000247d6f3453286b622b4e2877006d7973716c5f6e61746976655f70617373776f726400";
constexpr std::string_view mysql_switch =
    "fe63616368696e675f736861325f70617373776f726400"
    "5b786a2c38756726247d6f3453286b622b4e287700";
constexpr std::string_view mariadb_switch =
    "fe6d7973716c5f6e61746976655f70617373776f7264003c3a2d38270e667c7f44652160774279322b2c3600";
constexpr std::string_view sha256_switch =
    "fe7368613235365f70617373776f7264001b26024c45571a62725d5b1e20051c0d6a100b3800";
constexpr std::string_view ok = "00000002000000";
constexpr std::string_view fast = "0103";
constexpr std::string_view full = "0104";
constexpr std::string_view denied =
    "ff15042332383030304163636573732064656e69656420666f72207573657220276170702740276c6f63616c686f737427202875"
    "73696e672070"
    "617373776f72643a2059455329";

// The answers for "secret" that these servers accepted for their challenges.
constexpr std::string_view mysql_answer = "300c7bbe701b91f783b3518da08389a69ae6bcb703ba08edb0bb86fe3de29105";
constexpr std::string_view mariadb_answer = "7f96dcb206dff66ec2cb9f93dae1e2bb37c8c3cb";

ClientHandshakeOptions app() {
    ClientHandshakeOptions options;
    options.user = "app";
    options.password = "secret";
    options.tls = TlsUse::disabled;
    options.capabilities = tablet_capabilities(capability::deprecate_eof | capability::found_rows);
    return options;
}

const RsaKeyPair& server_key() {
    static const RsaKeyPair pair = RsaKeyPair::from_pem(testing::rsa_private_key).value();
    return pair;
}

Bytes public_key_packet() {
    Bytes payload;
    append_auth_more_data(payload, to_bytes(server_key().public_key_pem()));
    return payload;
}

// One login as a script: the server's payloads in order. Notes what the client did: its packets without
// headers.
struct Played {
    std::string transcript;  // send, receive, tls, connected or the error's code
    std::vector<Bytes> sent;
    std::optional<Connected> connected;
    std::optional<Error> failed;
};

Played play(ClientHandshake& client, ClientHandshake::Action action, std::vector<Bytes> script) {
    Played played;
    std::uint8_t sequence = 0;
    std::size_t next = 0;
    for (;;) {
        if (!played.transcript.empty()) played.transcript += ' ';
        Bytes sent;
        if (auto* send = std::get_if<Send>(&action)) {
            played.transcript += "send";
            sent = send->bytes;
        } else if (auto* upgrade = std::get_if<UpgradeTls>(&action)) {
            played.transcript += "tls";
            sent = upgrade->bytes;
        } else if (std::holds_alternative<Receive>(action)) {
            played.transcript += "receive";
        } else if (auto* connected = std::get_if<Connected>(&action)) {
            played.transcript += "connected";
            played.connected = std::move(*connected);
            return played;
        } else {
            played.failed = std::get<Fail>(action).error;
            EXPECT_TRUE(std::get<Fail>(action).err_packet.empty());
            played.transcript += std::to_string(played.failed->code);
            return played;
        }
        if (!sent.empty()) {
            EXPECT_EQ(load_u24(sent.data()) + 4, sent.size());
            EXPECT_EQ(sent[3], sequence);
            sequence = static_cast<std::uint8_t>(sent[3] + 1);
            played.sent.push_back(exact(BytesView(sent).subspan(4)));
        }
        if (std::holds_alternative<UpgradeTls>(action)) {
            action = client.tls_ready();
            continue;
        }
        if (next == script.size()) {
            played.transcript += " end";
            return played;
        }
        action = client.resume(exact(script[next++]), sequence++);
    }
}

Played play(const ClientHandshakeOptions& options, const std::vector<Bytes>& script) {
    ClientHandshake client(options);
    return play(client, client.start(), script);
}

LoginRequest login_of(BytesView payload) {
    auto first = decode_first_packet(payload);
    EXPECT_TRUE(first && std::holds_alternative<LoginRequest>(*first));
    return std::get<LoginRequest>(*first);
}

TEST(ClientHandshake, LogsInToMariaDb) {
    ClientHandshakeOptions options = app();
    options.database = "d";
    options.attributes = {{"program_name", "leasehold"}};
    const Played played = play(options, {hex(mariadb_greeting), hex(ok)});
    ASSERT_EQ(played.transcript, "receive send connected");
    const LoginRequest request = login_of(played.sent[0]);
    EXPECT_EQ(request.user, "app");
    EXPECT_EQ(request.database, "d");
    EXPECT_EQ(request.auth_plugin, native_password_plugin);
    EXPECT_EQ(to_hex(request.auth_response), mariadb_answer);
    EXPECT_EQ(request.attributes, options.attributes);
    EXPECT_EQ(request.collation, collation::utf8mb4_general_ci);
    // MariaDB reads its extended capabilities from a client without LONG_PASSWORD.
    EXPECT_TRUE(has(request.capabilities, capability::long_password));
    EXPECT_FALSE(has(request.capabilities, capability::ssl));
    EXPECT_EQ(to_hex(BytesView(played.sent[0]).subspan(9, 23)), std::string(46, '0'));

    const Connected& connected = *played.connected;
    EXPECT_EQ(connected.server_version, "10.11.19-MariaDB-0+deb12u1");
    EXPECT_TRUE(connected.is_mariadb);
    EXPECT_EQ(connected.connection_id, 26U);
    EXPECT_EQ(connected.server_collation, collation::latin1_swedish_ci);
    EXPECT_EQ(connected.status, server_status::autocommit);
    EXPECT_EQ(connected.capabilities, request.capabilities);
    EXPECT_TRUE(has(connected.capabilities,
                    capability::session_track | capability::deprecate_eof | capability::found_rows));
    EXPECT_EQ(connected.auth_plugin, native_password_plugin);
    EXPECT_EQ(to_hex(connected.ok_payload), ok);
}

TEST(W7_ClientHandshake, LogsInToMySqlByTheFastPath) {
    const Played played = play(app(), {hex(mysql_greeting), hex(fast), hex(ok)});
    ASSERT_EQ(played.transcript, "receive send receive connected");
    const LoginRequest request = login_of(played.sent[0]);
    EXPECT_EQ(request.auth_plugin, caching_sha2_plugin);
    EXPECT_EQ(to_hex(request.auth_response), mysql_answer);
    EXPECT_FALSE(has(request.capabilities, capability::connect_with_db));
    EXPECT_EQ(played.connected->server_version, "9.7.4-2");
    EXPECT_FALSE(played.connected->is_mariadb);
    EXPECT_EQ(played.connected->connection_id, 10U);
}

TEST(W7_ClientHandshake, FullAuthenticationInClearEncryptsThePassword) {
    const Played played = play(app(), {hex(mysql_greeting), hex(full), public_key_packet(), hex(ok)});
    ASSERT_EQ(played.transcript, "receive send send send connected");
    EXPECT_EQ(to_hex(played.sent[1]), "02");
    const auto masked = server_key().decrypt(played.sent[2]);
    ASSERT_TRUE(masked.has_value());
    const Scramble scramble = to_scramble(hex("3c3a2d38270e667c7f44652160774279322b2c36")).value();
    EXPECT_EQ(to_text(xor_with_scramble(*masked, scramble)), std::string_view("secret\0", 7));
    for (const Bytes& packet : played.sent) EXPECT_EQ(to_text(packet).find("secret"), std::string_view::npos);
}

TEST(W7_ClientHandshake, FullAuthenticationOverTlsSendsThePassword) {
    ClientHandshakeOptions options = app();
    options.tls = TlsUse::required;
    const Played played = play(options, {hex(mysql_greeting), hex(full), hex(ok)});
    ASSERT_EQ(played.transcript, "receive tls send send connected");
    EXPECT_EQ(played.sent[0].size(), 32U);
    EXPECT_EQ(to_text(played.sent[2]), std::string_view("secret\0", 7));
    EXPECT_TRUE(has(login_of(played.sent[1]).capabilities, capability::ssl));
    EXPECT_TRUE(played.connected->tls);
}

TEST(W7_ClientHandshake, FullAuthenticationOverAUnixSocketSendsThePassword) {
    ClientHandshakeOptions options = app();
    options.secure_transport = true;
    options.tls = TlsUse::preferred;
    const Played played = play(options, {hex(mysql_greeting), hex(full), hex(ok)});
    ASSERT_EQ(played.transcript, "receive send send connected");
    EXPECT_EQ(to_text(played.sent[1]), std::string_view("secret\0", 7));
}

TEST(W7_ClientHandshake, FullAuthenticationWithoutTlsAndKeyIsRefused) {
    ClientHandshakeOptions options = app();
    options.allow_public_key_retrieval = false;
    const Played played = play(options, {hex(mysql_greeting), hex(full)});
    EXPECT_EQ(played.transcript, "receive send 2061");
    EXPECT_NE(played.failed->message.find("caching_sha2_password"), std::string::npos);
}

TEST(W7_ClientHandshake, SwitchesEitherWay) {
    const Played to_sha2 = play(app(), {hex(mariadb_greeting), hex(mysql_switch), hex(fast), hex(ok)});
    ASSERT_EQ(to_sha2.transcript, "receive send send receive connected");
    EXPECT_EQ(to_sha2.sent[1].size(), 32U);
    EXPECT_EQ(to_sha2.connected->auth_plugin, caching_sha2_plugin);
    const Played to_native = play(app(), {hex(mysql_greeting), hex(mariadb_switch), hex(ok)});
    ASSERT_EQ(to_native.transcript, "receive send send connected");
    EXPECT_EQ(to_native.sent[1].size(), 20U);
    EXPECT_EQ(to_hex(to_native.connected->scramble), "3c3a2d38270e667c7f44652160774279322b2c36");
}

TEST(ClientHandshake, AnEmptyPasswordHasAnEmptyAnswer) {
    ClientHandshakeOptions options = app();
    options.password = "";
    const Played mysql = play(options, {hex(mysql_greeting), hex(ok)});
    ASSERT_EQ(mysql.transcript, "receive send connected");
    EXPECT_TRUE(login_of(mysql.sent[0]).auth_response.empty());
    EXPECT_EQ(to_hex(play(options, {hex(mariadb_greeting), hex(mysql_switch), hex(ok)}).sent[1]), "00");
    EXPECT_EQ(to_hex(play(options, {hex(mysql_greeting), hex(mariadb_switch), hex(ok)}).sent[1]), "");
}

// MySQL 9.7 answers for a user that does not exist with a plugin that only such a user gets.
TEST(ClientHandshake, AUserThatMySqlDoesNotKnowIsDeniedAndNotMisunderstood) {
    Bytes key = public_key_packet();
    const Played clear = play(app(), {hex(mysql_greeting), hex(sha256_switch), key, hex(denied)});
    EXPECT_EQ(clear.transcript, "receive send send send 1045");
    EXPECT_EQ(to_hex(clear.sent[1]), "01");
    ClientHandshakeOptions options = app();
    options.tls = TlsUse::preferred;
    const Played tls = play(options, {hex(mysql_greeting), hex(sha256_switch), hex(denied)});
    EXPECT_EQ(tls.transcript, "receive tls send send 1045");
    EXPECT_EQ(tls.failed->message, "Access denied for user 'app'@'localhost' (using password: YES)");
    EXPECT_EQ(tls.failed->sqlstate, "28000");
}

TEST(W7_ClientHandshake, APluginItDoesNotHaveIsNamed) {
    const Played played =
        play(app(), {hex(mariadb_greeting), hex("fe636c69656e745f6564323535313900aabbccdd")});
    EXPECT_EQ(played.transcript, "receive send 2059");
    EXPECT_NE(played.failed->message.find("client_ed25519"), std::string::npos);
    EXPECT_EQ(play(app(), {hex(mariadb_greeting), hex("fe")}).transcript, "receive send 2059");
}

constexpr std::string_view clear_switch = "fe6d7973716c5f636c6561725f70617373776f726400";

TEST(ClientHandshake, AClearPasswordIsNeverSentInClear) {
    const Played refused = play(app(), {hex(mysql_greeting), hex(clear_switch), hex(ok)});
    EXPECT_EQ(refused.transcript, "receive send 2061");
    ClientHandshakeOptions options = app();
    options.tls = TlsUse::required;
    const Played over_tls = play(options, {hex(mysql_greeting), hex(clear_switch), hex(ok)});
    EXPECT_EQ(over_tls.transcript, "receive tls send send connected");
    EXPECT_EQ(to_text(over_tls.sent[2]), std::string_view("secret\0", 7));
}

TEST(ClientHandshake, TlsIsUsedAsAsked) {
    for (const auto& [use, with_mysql, with_mariadb] :
         {std::tuple(TlsUse::disabled, "receive send connected", "receive send connected"),
          std::tuple(TlsUse::preferred, "receive tls send connected", "receive send connected"),
          std::tuple(TlsUse::required, "receive tls send connected", "receive 2026")}) {
        ClientHandshakeOptions options = app();
        options.tls = use;
        EXPECT_EQ(play(options, {hex(mysql_greeting), hex(ok)}).transcript, with_mysql);
        // This MariaDB had no certificate and so did not offer TLS.
        EXPECT_EQ(play(options, {hex(mariadb_greeting), hex(ok)}).transcript, with_mariadb);
    }
}

TEST(ClientHandshake, TheServersErrorsAreHandedOn) {
    // Instead of the greeting: MySQL's 1040 and 1129, without an SQLSTATE; 1130 as MariaDB sends it.
    const Played full_up = play(app(), {hex("ff1004 546f6f206d616e7920636f6e6e656374696f6e73")});
    EXPECT_EQ(full_up.transcript, "receive 1040");
    EXPECT_EQ(full_up.failed->message, "Too many connections");
    EXPECT_EQ(play(app(), {hex("ff6904 486f7374")}).transcript, "receive 1129");
    EXPECT_EQ(play(app(), {hex("ff6a04 486f7374")}).transcript, "receive 1130");
    EXPECT_EQ(play(app(), {hex(mysql_greeting), hex(denied)}).transcript, "receive send 1045");
    EXPECT_EQ(play(app(), {hex(mysql_greeting), hex(full), hex(denied)}).transcript,
              "receive send send 1045");
    EXPECT_EQ(play(app(), {hex(mysql_greeting), hex(full), public_key_packet(), hex(denied)}).transcript,
              "receive send send send 1045");
    EXPECT_EQ(play(app(), {hex(mysql_greeting), hex(fast), hex(denied)}).transcript,
              "receive send receive 1045");
    // A server may count an early error from 0 whatever it was sent.
    ClientHandshake client(app());
    client.start();
    client.resume(hex(mysql_greeting), 0);
    EXPECT_EQ(std::get<Fail>(client.resume(hex(denied), 0)).error.code, mysql_error::access_denied);
}

TEST(ClientHandshake, FailsAtEveryStepForEverySpoiltPacket) {
    const std::vector<std::vector<Bytes>> scripts = {
        {hex(mysql_greeting), hex(fast), hex(ok)},
        {hex(mysql_greeting), hex(full), public_key_packet(), hex(ok)},
        {hex(mariadb_greeting), hex(mysql_switch), hex(full), public_key_packet(), hex(ok)},
        {hex(mariadb_greeting), hex(ok)},
    };
    for (const auto& script : scripts) {
        ASSERT_TRUE(play(app(), script).connected.has_value());
        for (std::size_t step = 0; step < script.size(); ++step) {
            std::vector<Bytes> spoilt = script;
            for (const std::string_view bytes :
                 {"", "05", "0a", "01", "0102", "0105", "02aa", "fe61", "ff", "ff10"}) {
                spoilt[step] = hex(bytes);
                EXPECT_TRUE(play(app(), spoilt).failed.has_value()) << step << ' ' << bytes;
            }
            testing::for_each_truncation(script[step], [&](BytesView prefix, std::size_t size) {
                spoilt[step] = exact(prefix);
                const Played played = play(app(), spoilt);
                // The name of the greeting's plugin may lack its NUL, and be any name: it is only a default.
                // A key may lack its last newline, a challenge its NUL.
                const bool lacks_one =
                    script[step].size() > 40 && step > 0 && size + 1 == script[step].size();
                const bool still_good = (step == 0 && size >= script[0].size() - 22) || lacks_one;
                EXPECT_EQ(played.failed.has_value(), !still_good)
                    << step << ' ' << size << ' ' << played.transcript;
            });
        }
    }
}

TEST(ClientHandshake, AWrongSequenceIdIsAnError) {
    ClientHandshake client(app());
    client.start();
    client.resume(hex(mysql_greeting), 0);
    EXPECT_EQ(std::get<Fail>(client.resume(hex(ok), 3)).error.code, mysql_error::net_packets_out_of_order);
    EXPECT_TRUE(std::holds_alternative<Fail>(client.resume(hex(ok), 2)));
}

TEST(ClientHandshake, DoesNotGoOnForEver) {
    std::vector<Bytes> script = {hex(mysql_greeting)};
    script.insert(script.end(), 100, hex(fast));
    const Played played = play(app(), script);
    ASSERT_TRUE(played.failed.has_value());
    EXPECT_EQ(played.failed->code, mysql_error::bad_handshake);
    EXPECT_EQ(play(app(), {hex(mariadb_greeting), hex(mysql_switch), hex(mysql_switch)}).transcript,
              "receive send send 1043");
}

TEST(ClientHandshake, RefusesServersWithoutTheChallengeOfMySql41) {
    Bytes old = hex(mysql_greeting);
    const std::size_t flags_at = 1 + 8 + 4 + 8 + 1;
    old[flags_at + 1] &= 0x7F;  // without SECURE_CONNECTION
    EXPECT_EQ(play(app(), {old}).transcript, "receive 1043");
}

TEST(ClientHandshake, NeverAsksForWhatWouldChangeTheTransport) {
    ClientHandshakeOptions options = app();
    options.capabilities = 0xFFFFFFFF;
    const Played played = play(options, {hex(mysql_greeting), hex(fast), hex(ok)});
    for (const Capabilities flag :
         {capability::compress, capability::zstd, capability::ssl, capability::multi_factor,
          capability::capability_extension, capability::connect_with_db, capability::remember_options}) {
        EXPECT_FALSE(has(login_of(played.sent[0]).capabilities, flag)) << flag;
    }
}

// MySQL 9.7 and MariaDB 10.11 challenge anew on COM_CHANGE_USER, whatever answer it holds.
TEST(ClientHandshake, ChangesTheUser) {
    const Connected current = *play(app(), {hex(mysql_greeting), hex(fast), hex(ok)}).connected;
    ClientHandshakeOptions options = app();
    options.user = "other";
    options.database = "d";
    ClientHandshake client(options);
    const Played played = play(client, client.change_user(current), {hex(mysql_switch), hex(fast), hex(ok)});
    EXPECT_EQ(played.transcript, "send send receive connected");
    const auto request = decode_change_user(played.sent[0], current.capabilities);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->user, "other");
    EXPECT_EQ(request->database, "d");
    EXPECT_EQ(request->collation, collation::utf8mb4_general_ci);
    EXPECT_EQ(request->auth_plugin, caching_sha2_plugin);
    EXPECT_TRUE(request->auth_response.empty());
    ClientHandshake refused(options);
    EXPECT_EQ(play(refused, refused.change_user(current), {hex(denied)}).transcript, "send 1045");
}

}  // namespace
}  // namespace leasehold::wire
