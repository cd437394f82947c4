// Logs in to a tablet: our side as a MySQL client, without I/O. One object a login, used by one thread. Works
// with MariaDB 10.11 and MySQL 5.7 to 9; never negotiates MariaDB's extended capabilities.
//
//   greeting -> [SSLRequest, TLS] -> login request -> [auth switch] -> [full authentication] -> OK:
//   Connected, or Fail
//
// A clear password is sent only over TLS or over a transport the caller says is secure; in clear, RSA with
// the server's public key is used, which is asked for (an active attacker in between could give his own: use
// TLS there). Errors: the server's own code and text, 1043 for what does not decode, 1156 wrong sequence id,
// 2026 TLS required but not offered, 2059 the server wants a plugin that we do not have, 2061 a clear
// password would have been needed.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "wire/auth.h"
#include "wire/handshake_action.h"
#include "wire/handshake_packets.h"

namespace leasehold::wire {

// Whether certificates are checked is the TLS layer's concern.
enum class TlsUse : std::uint8_t { disabled, preferred, required };

struct ClientHandshakeOptions {
    std::string user;
    std::string password;
    std::string database;  // empty: none
    // E.g. tablet_capabilities(shape). Those the server lacks are dropped.
    Capabilities capabilities = 0;
    std::uint8_t collation = collation::utf8mb4_general_ci;
    TlsUse tls = TlsUse::preferred;
    bool secure_transport = false;  // a Unix socket
    bool allow_public_key_retrieval = true;
    ConnectionAttributes attributes;
    std::uint32_t max_packet = 1U << 30;
};

struct Connected {
    std::string server_version;  // without the "5.5.5-" that MariaDB puts before its own
    std::uint32_t connection_id = 0;
    Capabilities capabilities = 0;  // both sides have them
    Capabilities server_capabilities = 0;
    StatusFlags status = 0;
    std::uint8_t server_collation = 0;  // the server's default, from its greeting
    std::string auth_plugin;            // the one that succeeded
    bool is_mariadb = false;
    bool tls = false;
    // The challenge of the greeting or of the last auth switch.
    Scramble scramble{};
    Bytes ok_payload;  // the OK packet as it came: session state, e.g. the schema
};

class ClientHandshake {
  public:
    using Action = std::variant<Send, Receive, UpgradeTls, Connected, Fail>;

    explicit ClientHandshake(ClientHandshakeOptions options);
    ~ClientHandshake();
    ClientHandshake(const ClientHandshake&) = delete;
    ClientHandshake& operator=(const ClientHandshake&) = delete;

    // Reads first: the greeting is the server's.
    Action start();
    // One packet of the server. `sequence`: that of its last frame.
    Action resume(BytesView payload, std::uint8_t sequence);
    // After UpgradeTls: the login request, to send over TLS.
    Action tls_ready();

    // Instead of start(): changes the user of a connection that is logged in. `current` is what its login
    // gave.
    Action change_user(const Connected& current);

  private:
    enum class State : std::uint8_t { created, greeting, upgrading, answer, public_key, finished };
    Action on_greeting(BytesView payload);
    Action on_answer(BytesView payload);
    Action on_auth_switch(BytesView payload);
    Action on_more_data(BytesView data);
    Action on_public_key(BytesView data);
    Action on_ok(BytesView payload);
    Action send_login_request();
    Action ask_for_public_key(std::uint8_t request);
    Action send_clear_password();
    Action fail(Error error);
    Send packet(BytesView payload);
    [[nodiscard]] bool is_secure() const { return result_.tls || options_.secure_transport; }
    // The answer to the challenge by `plugin`; empty for a plugin that answers later or is unknown.
    [[nodiscard]] Bytes first_answer(std::string_view plugin) const;

    ClientHandshakeOptions options_;
    State state_ = State::created;
    std::uint8_t sequence_ = 0;
    std::uint8_t rounds_ = 0;  // packets of the server since the login request: bounded
    bool switched_ = false;
    Connected result_;
};

}  // namespace leasehold::wire
