// Logs a client in: our side as a MySQL server, without I/O. One object a login (or a COM_CHANGE_USER), used
// by one thread. The caller sends and reads what the returned action says and resumes with each packet.
//
//   greeting -> [SSLRequest, TLS] -> login request -> [auth switch] -> [full authentication] -> Done or Fail
//
// Done does not contain the OK packet: the session selects the database first, then sends OK or ERR with
// `next_sequence`. A wrong user and a wrong password get the same packets and the same error 1045.
// Errors: 1043 bad handshake, 1045 access denied, 1156 wrong sequence id, 1251 the client cannot do the
// account's plugin, 3159 TLS required.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wire/auth.h"
#include "wire/handshake_action.h"
#include "wire/handshake_packets.h"
#include "wire/rsa.h"

namespace leasehold::wire {

struct Account {
    Credential credential;
    // SHA256(SHA256(password)) of a Sha2Hash account that has logged in before (Login::sha2_fast_hash): makes
    // the fast path possible. Not needed for a plain password.
    std::optional<Sha256Digest> sha2_fast_hash;
    bool require_tls = false;
};
// Empty: no such user. Called once a login, synchronously.
using AccountLookup = std::function<std::optional<Account>(std::string_view user)>;

enum class TlsOffer : std::uint8_t { unavailable, available, required };

struct ServerHandshakeOptions {
    std::string server_version;
    std::uint32_t connection_id = 0;
    // What is offered. SSL is added by `tls`; PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH and LONG_PASSWORD
    // always.
    Capabilities capabilities = proxy_capabilities;
    std::uint8_t collation = collation::utf8mb4_general_ci;
    StatusFlags status = server_status::autocommit;
    // mysql_native_password or caching_sha2_password.
    std::string_view default_auth_plugin = caching_sha2_plugin;
    TlsOffer tls = TlsOffer::unavailable;
    // A Unix socket: clear passwords may cross it, and `tls` required does not apply.
    bool secure_transport = false;
    // Random bytes from a cryptographic source, none of them 0 or '$' (make_scramble).
    Scramble scramble{};
    std::string client_host = "localhost";  // for the text of error 1045
    AccountLookup accounts;
    // Must outlive the handshake; null: no full authentication in clear.
    const RsaKeyPair* rsa = nullptr;
    // An unknown user is treated like an account of one of these kinds, chosen by the user's name and
    // `decoy_seed` (a random number of the process): give the kinds that are configured, so that packets do
    // not tell who exists.
    std::vector<CredentialKind> decoy_kinds = {CredentialKind::plain};
    std::uint64_t decoy_seed = 0;
    // Any user with any password: for a port that only this host reaches and that nobody has given accounts.
    bool trust_everybody = false;
};

// A scramble as MySQL makes it: 7-bit, without NUL and '$'. From OpenSSL's generator; throws when that fails.
[[nodiscard]] Scramble make_scramble();

// Who logged in and how, for as long as the client stays.
struct Login {
    std::string user;
    ConnectionAttributes attributes;
    Capabilities capabilities = 0;  // both sides have them
    std::uint16_t collation = 0;
    bool tls = false;
};

// What the login asked for and found out, of use while it is carried out.
struct LoginDetails {
    std::string database;  // empty: none asked for
    std::uint32_t max_packet = 0;
    std::string_view auth_plugin;
    std::uint8_t zstd_level = 0;
    // Set after a full authentication of a Sha2Hash account: keep it for Account::sha2_fast_hash.
    std::optional<Sha256Digest> sha2_fast_hash;
};

struct LoggedIn {
    Login login;
    LoginDetails details;
    Bytes bytes;  // to send before the OK packet, best in the same write; may be empty
    std::uint8_t next_sequence = 0;
};

class ServerHandshake {
  public:
    using Action = std::variant<Send, UpgradeTls, LoggedIn, Fail>;

    explicit ServerHandshake(ServerHandshakeOptions options);

    // The greeting. TLS with `required` fails later, by 3159, at the login request.
    Action start();
    // The client came through a load balancer that told its address: it is `host`, and its way here is no
    // Unix socket.
    void came_from(std::string host);
    // After UpgradeTls: the next packet comes over TLS, through resume().
    void tls_ready();
    // One packet of the client. `sequence`: that of its last frame.
    Action resume(BytesView payload, std::uint8_t sequence);

    // Instead of start(): a COM_CHANGE_USER of a session whose capabilities, and whether it runs over TLS,
    // are given. A client with PLUGIN_AUTH is always challenged anew with `options.scramble`; one without
    // answers to `greeting_scramble`.
    Action change_user(BytesView payload, std::uint8_t sequence, const Login& current,
                       const Scramble& greeting_scramble);

    // True while the next packet may hold a clear or encrypted password: the caller wipes its buffer after
    // resume().
    [[nodiscard]] bool expects_secret() const;
    // What to offer and check against; the session keeps it for a client without PLUGIN_AUTH that changes
    // user.
    [[nodiscard]] const Scramble& scramble() const { return options_.scramble; }

  private:
    enum class State : std::uint8_t {
        created,
        login_request,
        upgrading,
        switched,            // an auth switch was sent: the answer is next
        clear_password,      // caching_sha2_password over a secure transport: the clear password is next
        encrypted_password,  // in clear: a request for the public key, or the encrypted password
        key_sent,            // in clear: the encrypted password
        finished,
    };
    Action on_login_request(BytesView payload);
    // Finds the account (or a decoy) of login_.user and the plugin that it takes.
    void identify();
    Action switch_plugin();
    // The client's answer to challenge_ by the account's plugin.
    Action authenticate(BytesView response);
    Action authenticate_native(BytesView response);
    Action authenticate_sha2(BytesView response);
    Action succeed_fast();
    Action ask_for_password();
    Action on_encrypted_password(BytesView payload);
    Action on_clear_password(std::string_view password);
    Action succeed();
    Action deny();
    Action fail(Error error);
    Bytes packet(BytesView payload);
    [[nodiscard]] bool is_secure() const { return login_.tls || options_.secure_transport; }
    [[nodiscard]] bool has_password() const;

    ServerHandshakeOptions options_;
    State state_ = State::created;
    std::uint8_t sequence_ = 0;
    Capabilities offered_ = 0;
    Scramble challenge_{};        // what the answer is checked against
    bool used_password_ = false;  // for the text of error 1045
    bool known_user_ = false;
    Account account_;
    std::string client_plugin_;
    Bytes before_ok_;
    Login login_;
    LoginDetails details_;
};

}  // namespace leasehold::wire
