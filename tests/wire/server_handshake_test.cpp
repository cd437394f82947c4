#include "wire/server_handshake.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"
#include "tests/wire/scripted_client.h"
#include "wire/response_packets.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::Played;
using testing::Player;
using testing::ScriptedClient;
using testing::test_rsa;
using testing::to_hex;

// "secret", from MySQL 9.7 (its rounds and salt) and MariaDB 10.11.
const Credential stored_sha2 = parse_password_hash(
                                   "0x244124303041242E770E6C6E02250D434F252730547045594D0A2A5449463135"
                                   "6D524172395068635363422F644834335133785A37615344526D6C564D494E7177"
                                   "6763327532")
                                   .value();
const Credential stored_native = parse_password_hash("*14E65567ABDB5135D0CFD9A70B3032C179A49EE7").value();

ServerHandshakeOptions options_for(const Credential& credential, std::optional<Sha256Digest> fast_hash = {}) {
    ServerHandshakeOptions options;
    options.server_version = "9.7.4-2";
    options.connection_id = 10;
    options.scramble = to_scramble(hex("3c3a2d38270e667c7f44652160774279322b2c36")).value();
    options.tls = TlsOffer::available;
    options.rsa = &test_rsa();
    options.client_host = "10.0.0.7";
    options.decoy_kinds = {kind_of(credential)};
    options.accounts = [credential, fast_hash](std::string_view user) -> std::optional<Account> {
        if (user == "app") return Account{credential, fast_hash, false};
        if (user == "nopw") return Account{PlainPassword{""}, std::nullopt, false};
        return std::nullopt;
    };
    return options;
}

Played play(const ScriptedClient& client, const ServerHandshakeOptions& options) {
    ServerHandshake server(options);
    return Player(client, server).play(server.start());
}

enum class Path { clear, tls };

struct Scenario {
    std::string_view name;
    Credential credential;
    bool remembered;  // the fast hash of caching_sha2_password is known
    std::string_view plugin;
    Path path;
    std::string_view right;    // transcript with the right password
    std::string_view refused;  // with a wrong one
};

const Scenario scenarios[] = {
    {"plain, native", PlainPassword{"secret"}, false, native_password_plugin, Path::clear, "greeting done",
     "greeting 1045"},
    {"plain, sha2", PlainPassword{"secret"}, false, caching_sha2_plugin, Path::clear, "greeting done",
     "greeting 1045"},
    {"plain, sha2, TLS", PlainPassword{"secret"}, false, caching_sha2_plugin, Path::tls, "greeting tls done",
     "greeting tls full 1045"},
    {"plain, native, TLS", PlainPassword{"secret"}, false, native_password_plugin, Path::tls,
     "greeting tls done", "greeting tls 1045"},
    {"plain, another plugin", PlainPassword{"secret"}, false, "client_ed25519", Path::clear,
     "greeting switch done", "greeting switch 1045"},
    {"native hash, native", stored_native, false, native_password_plugin, Path::clear, "greeting done",
     "greeting 1045"},
    {"native hash, sha2", stored_native, false, caching_sha2_plugin, Path::clear, "greeting switch done",
     "greeting switch 1045"},
    {"sha2 hash, in clear", stored_sha2, false, caching_sha2_plugin, Path::clear, "greeting full key done",
     "greeting full key 1045"},
    {"sha2 hash, TLS", stored_sha2, false, caching_sha2_plugin, Path::tls, "greeting tls full done",
     "greeting tls full 1045"},
    {"sha2 hash, native client", stored_sha2, false, native_password_plugin, Path::clear,
     "greeting switch full key done", "greeting switch full key 1045"},
    {"sha2 hash, native client, TLS", stored_sha2, false, native_password_plugin, Path::tls,
     "greeting tls switch full done", "greeting tls switch full 1045"},
    {"sha2 hash remembered", stored_sha2, true, caching_sha2_plugin, Path::clear, "greeting done",
     "greeting full key 1045"},
    {"sha2 hash remembered, TLS", stored_sha2, true, caching_sha2_plugin, Path::tls, "greeting tls done",
     "greeting tls full 1045"},
};

ServerHandshakeOptions options_of(const Scenario& scenario) {
    return options_for(scenario.credential,
                       scenario.remembered ? std::optional(sha2_fast_hash("secret")) : std::nullopt);
}

ScriptedClient client_of(const Scenario& scenario) {
    ScriptedClient client;
    client.plugin = scenario.plugin;
    client.tls = scenario.path == Path::tls;
    client.database = "customer";
    return client;
}

TEST(W7_ServerHandshake, EveryWayInSucceeds) {
    for (const Scenario& scenario : scenarios) {
        const Played played = play(client_of(scenario), options_of(scenario));
        EXPECT_EQ(played.transcript, scenario.right) << scenario.name;
        ASSERT_TRUE(played.done.has_value()) << scenario.name;
        const Login& login = played.done->login;
        const LoginDetails& details = played.done->details;
        EXPECT_EQ(login.user, "app");
        EXPECT_EQ(details.database, "customer");
        EXPECT_EQ(login.collation, collation::utf8mb4_general_ci);
        EXPECT_EQ(details.max_packet, 1U << 24);
        EXPECT_EQ(login.tls, scenario.path == Path::tls) << scenario.name;
        EXPECT_TRUE(has(login.capabilities, capability::protocol_41 | capability::transactions));
        EXPECT_FALSE(has(login.capabilities, capability::deprecate_eof));
        const bool was_full = scenario.right.find("full") != std::string_view::npos;
        EXPECT_EQ(details.sha2_fast_hash, was_full ? std::optional(sha2_fast_hash("secret")) : std::nullopt)
            << scenario.name;
    }
}

TEST(W7_ServerHandshake, AWrongPasswordIsRefused) {
    for (const Scenario& scenario : scenarios) {
        ScriptedClient client = client_of(scenario);
        client.password = "wrong";
        const Played played = play(client, options_of(scenario));
        EXPECT_EQ(played.transcript, scenario.refused) << scenario.name;
        ASSERT_TRUE(played.failed.has_value()) << scenario.name;
        EXPECT_EQ(played.failed->error.message,
                  "Access denied for user 'app'@'10.0.0.7' (using password: YES)");
        EXPECT_EQ(played.failed->error.sqlstate, "28000");
    }
}

TEST(W7_ServerHandshake, AWrongScrambleOfTheRightPasswordComesInOverTls) {
    for (const bool tls : {false, true}) {
        ScriptedClient client;
        client.tls = tls;
        client.spoil = [](int, Bytes& payload, std::uint8_t&) {
            const std::string_view before("app\0\x20", 5);
            const auto at = std::ranges::search(payload, to_bytes(before));
            if (!at.empty()) *at.end() ^= 1;
        };
        const Played played = play(client, options_for(PlainPassword{"secret"}));
        EXPECT_EQ(played.transcript, tls ? "greeting tls full done" : "greeting 1045");
    }
}

TEST(W7_ServerHandshake, AWrongUserLooksLikeAWrongPassword) {
    for (const Scenario& scenario : scenarios) {
        ScriptedClient wrong_password = client_of(scenario);
        wrong_password.password = "wrong";
        ScriptedClient wrong_user = client_of(scenario);
        wrong_user.user = "oth";
        const Played first = play(wrong_password, options_of(scenario));
        const Played second = play(wrong_user, options_of(scenario));
        EXPECT_EQ(first.transcript, second.transcript) << scenario.name;
        ASSERT_TRUE(second.failed.has_value());
        EXPECT_EQ(first.failed->err_packet.size(), second.failed->err_packet.size()) << scenario.name;
        EXPECT_EQ(second.failed->error.message,
                  "Access denied for user 'oth'@'10.0.0.7' (using password: YES)");
    }
}

// The decoy's own password is no key.
TEST(ServerHandshake, NoPasswordLetsAnUnknownUserIn) {
    for (const Scenario& scenario : scenarios) {
        ScriptedClient client = client_of(scenario);
        client.user = "nobody";
        client.password = "no such account";
        EXPECT_EQ(play(client, options_of(scenario)).transcript, scenario.refused) << scenario.name;
    }
}

TEST(ServerHandshake, AnEmptyPasswordFitsOnlyAnAccountWithout) {
    for (const std::string_view plugin : {native_password_plugin, caching_sha2_plugin}) {
        for (const Scenario& scenario : scenarios) {
            ScriptedClient client = client_of(scenario);
            client.plugin = plugin;
            client.password = "";
            const Played refused = play(client, options_of(scenario));
            ASSERT_TRUE(refused.failed.has_value()) << scenario.name;
            EXPECT_EQ(refused.failed->error.message,
                      "Access denied for user 'app'@'10.0.0.7' (using password: NO)");
            client.user = "nopw";
            EXPECT_TRUE(play(client, options_of(scenario)).done.has_value()) << scenario.name;
            client.user = "nobody";
            EXPECT_EQ(play(client, options_of(scenario)).transcript, refused.transcript) << scenario.name;
            // And a password where there is none is one too many.
            client.user = "nopw";
            client.password = "x";
            EXPECT_TRUE(play(client, options_of(scenario)).failed.has_value()) << scenario.name;
        }
    }
}

TEST(ServerHandshake, GreetsAsMySqlDoes) {
    ServerHandshakeOptions options = options_for(PlainPassword{"secret"});
    options.capabilities = 0xDFFFFFFF;
    options.collation = 255;
    ServerHandshake server(options);
    EXPECT_EQ(to_hex(std::get<Send>(server.start()).bytes),
              "4b0000000a392e372e342d32000a0000003c3a2d38270e667c00ffffff0200ffdf15000000000000000000007f4465"
              "21607742"
              "79322b2c360063616368696e675f736861325f70617373776f726400");
}

// What a client sent to MySQL 9.7 and what that answered before its OK, which had sequence id 3.
TEST(ServerHandshake, AnswersAsMySqlDoes) {
    ServerHandshake server(options_for(stored_sha2, sha2_fast_hash("secret")));
    server.start();
    auto action = server.resume(hex("81a22f00000000012d000000000000000000000000000000000000000000000061707000"
                                    "20300c7bbe701b91f783b3518da08389a69ae6bcb703ba08edb0bb86fe3de29105636163"
                                    "68696e675f736861325f70617373776f7"
                                    "26400"),
                                1);
    ASSERT_TRUE(std::holds_alternative<LoggedIn>(action));
    EXPECT_EQ(to_hex(std::get<LoggedIn>(action).bytes), "020000020103");
    EXPECT_EQ(std::get<LoggedIn>(action).next_sequence, 3);
}

TEST(ServerHandshake, FailsAtEveryStepForEverySpoiltPacket) {
    int tried = 0;
    for (const Scenario& scenario : scenarios) {
        // How many packets the client sends, and how long each is.
        std::vector<std::size_t> sizes;
        ScriptedClient good = client_of(scenario);
        good.spoil = [&](int, Bytes& payload, std::uint8_t&) { sizes.push_back(payload.size()); };
        ASSERT_TRUE(play(good, options_of(scenario)).done.has_value());
        for (int step = 0; step < static_cast<int>(sizes.size()); ++step) {
            const auto with = [&](auto change) {
                ScriptedClient client = client_of(scenario);
                client.spoil = [&](int n, Bytes& payload, std::uint8_t& sequence) {
                    if (n == step) change(payload, sequence);
                };
                ++tried;
                return play(client, options_of(scenario));
            };
            const Played out_of_order = with([](Bytes&, std::uint8_t& sequence) { ++sequence; });
            ASSERT_TRUE(out_of_order.failed.has_value()) << scenario.name;
            EXPECT_EQ(out_of_order.failed->error.code, mysql_error::net_packets_out_of_order);
            ASSERT_TRUE(with([](Bytes& payload, std::uint8_t&) { payload.clear(); }).failed.has_value())
                << scenario.name << step;
            ASSERT_TRUE(
                with([](Bytes& payload, std::uint8_t&) { payload.assign(300, 0xFF); }).failed.has_value())
                << scenario.name << step;
            const std::size_t last = sizes[static_cast<std::size_t>(step)];
            // Truncations: some of the long encrypted passwords, else all, but for those that leave a valid
            // packet: of a login request's database and plugin (31 bytes), of a clear password's NUL.
            const std::size_t optional = last > 100 ? 0 : last > 40 ? 31 : last == 7 ? 1 : 0;
            for (std::size_t size = 0; size + optional<last; size += last> 100 ? 37 : 1) {
                const Played cut = with([&](Bytes& payload, std::uint8_t&) { payload.resize(size); });
                ASSERT_TRUE(cut.failed.has_value()) << scenario.name << " step " << step << " size " << size;
                ASSERT_GT(cut.failed->err_packet.size(), 9U);
                EXPECT_EQ(cut.failed->err_packet[4], err_header);
            }
        }
    }
    EXPECT_GT(tried, 500);
}

TEST(ServerHandshake, TheErrPacketHasTheNextSequenceId) {
    ScriptedClient client;
    client.password = "wrong";
    const Played played = play(client, options_for(stored_sha2));
    EXPECT_EQ(played.transcript, "greeting full key 1045");
    EXPECT_EQ(to_hex(BytesView(played.failed->err_packet).subspan(3, 10)), "06ff1504233238303030");
}

TEST(ServerHandshake, NothingWorksAfterTheEnd) {
    ServerHandshake server(options_for(PlainPassword{"secret"}));
    ScriptedClient client;
    Player player(client, server);
    ASSERT_TRUE(player.play(server.start()).done.has_value());
    EXPECT_TRUE(std::holds_alternative<Fail>(server.resume(hex("01"), 3)));
    EXPECT_TRUE(std::holds_alternative<Fail>(server.resume(hex("01"), 4)));
}

TEST(ServerHandshake, TlsRequiredRefusesClearClientsButNotUnixSockets) {
    ServerHandshakeOptions options = options_for(PlainPassword{"secret"});
    options.tls = TlsOffer::required;
    EXPECT_EQ(play(ScriptedClient{}, options).transcript, "greeting 3159");
    ScriptedClient over_tls;
    over_tls.tls = true;
    EXPECT_EQ(play(over_tls, options).transcript, "greeting tls done");
    options.secure_transport = true;
    EXPECT_EQ(play(ScriptedClient{}, options).transcript, "greeting done");
}

TEST(ServerHandshake, AnAccountMayRequireTls) {
    ServerHandshakeOptions options = options_for(PlainPassword{"secret"});
    options.accounts = [](std::string_view) { return Account{PlainPassword{"secret"}, std::nullopt, true}; };
    EXPECT_EQ(play(ScriptedClient{}, options).transcript, "greeting 3159");
    ScriptedClient client;
    client.password = "wrong";  // nobody learns it without the password
    EXPECT_EQ(play(client, options).transcript, "greeting 1045");
    client.password = "secret";
    client.tls = true;
    EXPECT_EQ(play(client, options).transcript, "greeting tls done");
}

TEST(ServerHandshake, TlsThatWasNotOfferedIsABadHandshake) {
    ServerHandshakeOptions options = options_for(PlainPassword{"secret"});
    options.tls = TlsOffer::unavailable;
    ScriptedClient client;
    client.tls = true;
    EXPECT_EQ(play(client, options).transcript, "greeting 1043");
}

TEST(ServerHandshake, TlsTwiceIsABadHandshake) {
    ServerHandshake server(options_for(PlainPassword{"secret"}));
    server.start();
    const Bytes request = hex("81aa2f00000000012d0000000000000000000000000000000000000000000000");
    ASSERT_TRUE(std::holds_alternative<UpgradeTls>(server.resume(request, 1)));
    server.tls_ready();
    EXPECT_TRUE(std::holds_alternative<Fail>(server.resume(request, 2)));
}

TEST(ServerHandshake, ClearPacketsWhileTlsIsAwaitedAreRefused) {
    ServerHandshake server(options_for(PlainPassword{"secret"}));
    server.start();
    ASSERT_TRUE(std::holds_alternative<UpgradeTls>(
        server.resume(hex("81aa2f00000000012d0000000000000000000000000000000000000000000000"), 1)));
    EXPECT_TRUE(std::holds_alternative<Fail>(server.resume(hex("00"), 2)));
}

TEST(W7_ServerHandshake, AKeyKnownBeforehandIsNotAskedFor) {
    ScriptedClient client;
    client.knows_public_key = true;
    EXPECT_EQ(play(client, options_for(stored_sha2)).transcript, "greeting full done");
}

TEST(W7_ServerHandshake, WithoutAKeyAndTlsItSaysWhy) {
    ServerHandshakeOptions options = options_for(stored_sha2);
    options.rsa = nullptr;
    const Played played = play(ScriptedClient{}, options);
    EXPECT_EQ(played.transcript, "greeting 1045");
    EXPECT_NE(played.failed->error.message.find("TLS"), std::string::npos);
}

TEST(W7_ServerHandshake, AClientWithoutPluginsCanOnlyDoNative) {
    ScriptedClient client;
    client.capabilities &= ~(capability::plugin_auth | capability::plugin_auth_lenenc);
    client.plugin = native_password_plugin;
    EXPECT_EQ(play(client, options_for(stored_native)).transcript, "greeting done");
    EXPECT_EQ(play(client, options_for(PlainPassword{"secret"})).transcript, "greeting done");
    EXPECT_EQ(play(client, options_for(stored_sha2)).transcript, "greeting 1251");
}

// MariaDB's command line, given a password, hangs up on an OK that comes without the word of the plugin
// before it.
TEST(ServerHandshake, WhoTrustsEverybodyStillSpeaksThePlugin) {
    ServerHandshakeOptions options = options_for(stored_sha2);
    options.trust_everybody = true;
    ScriptedClient client;
    client.user = "anybody";
    const Played with_password = play(client, options);
    EXPECT_EQ(with_password.transcript, "greeting done");
    EXPECT_EQ(to_hex(with_password.done->bytes), "020000020103");
    client.password = "";
    EXPECT_TRUE(play(client, options).done->bytes.empty());
    client.password = "secret";
    client.plugin = native_password_plugin;
    options.default_auth_plugin = native_password_plugin;
    EXPECT_TRUE(play(client, options).done.has_value());
}

TEST(ServerHandshake, TellsWhenAPacketMayHoldAPassword) {
    ServerHandshake server(options_for(stored_sha2));
    ScriptedClient client;
    std::vector<bool> secrets;
    client.spoil = [&](int, Bytes&, std::uint8_t&) { secrets.push_back(server.expects_secret()); };
    Player(client, server).play(server.start());
    EXPECT_EQ(secrets, (std::vector<bool>{false, true, true}));
}

TEST(ServerHandshake, DecoysFollowTheUserNameAndTheSeed) {
    ServerHandshakeOptions options = options_for(PlainPassword{"secret"});
    options.decoy_kinds = {CredentialKind::plain, CredentialKind::native, CredentialKind::sha2};
    int seen[3] = {};
    for (int i = 0; i < 60; ++i) {
        ScriptedClient client;
        client.user = "user" + std::to_string(i);
        const std::string transcript = play(client, options).transcript;
        EXPECT_EQ(play(client, options).transcript, transcript);
        ++seen[transcript == "greeting 1045" ? 0 : transcript == "greeting switch 1045" ? 1 : 2];
    }
    EXPECT_GT(seen[0], 5);
    EXPECT_GT(seen[1], 5);
    EXPECT_GT(seen[2], 5);
}

class ServerChangeUser : public ::testing::Test {
  protected:
    static Login current() {
        Login login;
        login.user = "before";
        login.capabilities = change_capabilities;
        login.collation = 45;
        login.attributes = {{"_os", "Linux"}};
        return login;
    }
    Played change(ScriptedClient client, const Credential& credential, const Login& login,
                  std::string_view plugin = native_password_plugin) {
        ChangeUserRequest request;
        request.user = client.user;
        request.database = "d";
        request.collation = 255;
        request.auth_plugin = plugin;
        if (!has(login.capabilities, capability::plugin_auth)) {
            request.auth_response = native_scramble(client.password, greeting_scramble);
        }
        Bytes payload;
        append_change_user(payload, request, login.capabilities);
        ServerHandshake server(options_for(credential));
        Player player(client, server);
        return player.play(server.change_user(payload, 0, login, greeting_scramble));
    }
    static constexpr Capabilities change_capabilities =
        capability::protocol_41 | capability::secure_connection | capability::plugin_auth |
        capability::plugin_auth_lenenc;
    const Scramble greeting_scramble = to_scramble(hex("5b786a2c38756726247d6f3453286b622b4e2877")).value();
};

TEST_F(ServerChangeUser, ChallengesAnewAsBothServersDo) {
    const Played native = change(ScriptedClient{}, stored_native, current());
    EXPECT_EQ(native.transcript, "switch done");
    EXPECT_EQ(native.done->login.user, "app");
    EXPECT_EQ(native.done->details.database, "d");
    EXPECT_EQ(native.done->login.collation, 255);
    EXPECT_EQ(native.done->login.capabilities, change_capabilities);
    EXPECT_EQ(native.done->login.attributes.size(), 1U);
    EXPECT_EQ(native.done->next_sequence, 3);
    EXPECT_EQ(change(ScriptedClient{}, stored_sha2, current()).transcript, "switch full key done");
    EXPECT_EQ(change(ScriptedClient{}, PlainPassword{"secret"}, current(), caching_sha2_plugin).transcript,
              "switch done");
}

TEST_F(ServerChangeUser, AWrongPasswordOrUserIsRefusedAlike) {
    ScriptedClient client;
    client.password = "wrong";
    EXPECT_EQ(change(client, stored_native, current()).transcript, "switch 1045");
    client.user = "nobody";
    client.password = "secret";
    EXPECT_EQ(change(client, stored_native, current()).transcript, "switch 1045");
}

TEST_F(ServerChangeUser, WithoutPluginsTheGreetingsScrambleCounts) {
    Login login = current();
    login.capabilities &= ~(capability::plugin_auth | capability::plugin_auth_lenenc);
    EXPECT_EQ(change(ScriptedClient{}, stored_native, login).transcript, "done");
    ScriptedClient client;
    client.password = "wrong";
    EXPECT_EQ(change(client, stored_native, login).transcript, "1045");
    EXPECT_EQ(change(ScriptedClient{}, stored_sha2, login).transcript, "1251");
}

TEST_F(ServerChangeUser, ATruncatedRequestIsABadHandshake) {
    ServerHandshake server(options_for(stored_native));
    const auto action = server.change_user(hex("1161"), 0, current(), greeting_scramble);
    ASSERT_TRUE(std::holds_alternative<Fail>(action));
    EXPECT_EQ(std::get<Fail>(action).error.code, mysql_error::bad_handshake);
    EXPECT_EQ(std::get<Fail>(action).err_packet[3], 1);
}

}  // namespace
}  // namespace leasehold::wire
