#include "wire/server_handshake.h"

#include <openssl/rand.h>

#include <stdexcept>
#include <utility>

#include "base/mysql_errors.h"
#include "wire/frame.h"
#include "wire/response_packets.h"

namespace leasehold::wire {
namespace {

constexpr std::size_t max_user_in_message = 128;

Error bad_handshake() {
    return make_error(mysql_error::bad_handshake, "Bad handshake");
}

// FNV-1a: which decoy a name gets has only to be the same each time and not to be guessed without the seed.
std::uint64_t mix(std::uint64_t seed, std::string_view text) {
    std::uint64_t hash = seed ^ 0xCBF29CE484222325U;
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3U;
    return hash ^ hash >> 32;
}

Credential decoy_credential(CredentialKind kind) {
    switch (kind) {
        case CredentialKind::plain:
            return PlainPassword{"no such account"};
        case CredentialKind::native:
            return NativeHash{};
        case CredentialKind::sha2:
            return Sha2Hash{};
    }
    return NativeHash{};
}

}  // namespace

Scramble make_scramble() {
    Scramble scramble;
    if (RAND_bytes(scramble.data(), static_cast<int>(scramble.size())) != 1) {
        throw std::runtime_error("OpenSSL has no random bytes");
    }
    for (std::uint8_t& byte : scramble) {
        byte &= 0x7F;
        if (byte == 0 || byte == '$') ++byte;
    }
    return scramble;
}

ServerHandshake::ServerHandshake(ServerHandshakeOptions options)
    : options_(std::move(options)), challenge_(options_.scramble) {}

ServerHandshake::Action ServerHandshake::start() {
    offered_ = options_.capabilities | capability::long_password | capability::protocol_41 |
               capability::secure_connection | capability::plugin_auth;
    if (options_.tls == TlsOffer::unavailable) {
        offered_ &= ~capability::ssl;
    } else {
        offered_ |= capability::ssl;
    }
    Greeting greeting;
    greeting.server_version = options_.server_version;
    greeting.connection_id = options_.connection_id;
    greeting.capabilities = offered_;
    greeting.collation = options_.collation;
    greeting.status = options_.status;
    append_bytes(greeting.auth_data, options_.scramble);
    greeting.auth_plugin = options_.default_auth_plugin;
    Bytes payload;
    append_greeting(payload, greeting);
    state_ = State::login_request;
    return Send{packet(payload)};
}

void ServerHandshake::came_from(std::string host) {
    options_.client_host = std::move(host);
    options_.secure_transport = false;
}

void ServerHandshake::tls_ready() {
    if (state_ != State::upgrading) return;
    login_.tls = true;
    state_ = State::login_request;
}

bool ServerHandshake::expects_secret() const {
    return state_ == State::clear_password || state_ == State::encrypted_password ||
           state_ == State::key_sent;
}

ServerHandshake::Action ServerHandshake::resume(BytesView payload, std::uint8_t sequence) {
    if (sequence != sequence_) {
        const std::uint8_t expected = std::exchange(sequence_, static_cast<std::uint8_t>(sequence + 1));
        return fail(make_error(mysql_error::net_packets_out_of_order,
                               "Got packets out of order: sequence id " + std::to_string(sequence) +
                                   " instead of " + std::to_string(expected)));
    }
    ++sequence_;
    switch (state_) {
        case State::login_request:
            return on_login_request(payload);
        case State::switched:
            return authenticate(payload);
        case State::clear_password:
            return on_clear_password(to_text(payload));
        case State::encrypted_password:
        case State::key_sent:
            return on_encrypted_password(payload);
        case State::created:
        case State::upgrading:
        case State::finished:
            break;
    }
    return fail(bad_handshake());
}

ServerHandshake::Action ServerHandshake::on_login_request(BytesView payload) {
    auto first = decode_first_packet(payload);
    if (!first) return fail(first.error());
    if (std::holds_alternative<TlsRequest>(*first)) {
        if (login_.tls || !has(offered_, capability::ssl)) return fail(bad_handshake());
        state_ = State::upgrading;
        return UpgradeTls{};
    }
    auto& request = std::get<LoginRequest>(*first);
    if (options_.tls == TlsOffer::required && !is_secure()) {
        return fail(
            make_error(mysql_error::secure_transport_required,
                       "Connections using insecure transport are prohibited: this listener requires TLS"));
    }
    login_.user = std::move(request.user);
    details_.database = std::move(request.database);
    login_.capabilities = request.capabilities & offered_;
    login_.collation = request.collation;
    details_.max_packet = request.max_packet;
    login_.attributes = std::move(request.attributes);
    details_.zstd_level = request.zstd_level;
    const bool names_plugin = has(login_.capabilities, capability::plugin_auth);
    client_plugin_ = names_plugin ? std::move(request.auth_plugin) : std::string(native_password_plugin);
    identify();
    // An empty answer under another plugin than the greeting's: the client waits to be asked (Connector/C
    // with
    // --default-auth), unless its password is empty, and then asking does no harm.
    const bool waits = request.auth_response.empty() && client_plugin_ != options_.default_auth_plugin;
    return details_.auth_plugin == client_plugin_ && !waits ? authenticate(request.auth_response)
                                                            : switch_plugin();
}

ServerHandshake::Action ServerHandshake::change_user(BytesView payload, std::uint8_t sequence,
                                                     const Login& current,
                                                     const Scramble& greeting_scramble) {
    sequence_ = static_cast<std::uint8_t>(sequence + 1);
    login_ = current;
    auto request = decode_change_user(payload, current.capabilities);
    if (!request) return fail(request.error());
    login_.user = std::move(request->user);
    details_.database = std::move(request->database);
    if (request->collation != 0) login_.collation = request->collation;
    if (!request->attributes.empty()) login_.attributes = std::move(request->attributes);
    details_.sha2_fast_hash.reset();
    client_plugin_ = std::move(request->auth_plugin);
    if (has(current.capabilities, capability::plugin_auth)) {
        // MySQL and MariaDB do the same: libmysqlclient sends no answer for caching_sha2_password before it
        // is asked.
        identify();
        return switch_plugin();
    }
    client_plugin_ = native_password_plugin;
    challenge_ = greeting_scramble;
    identify();
    return details_.auth_plugin == native_password_plugin ? authenticate(request->auth_response)
                                                          : switch_plugin();
}

void ServerHandshake::identify() {
    std::optional<Account> account = options_.accounts ? options_.accounts(login_.user) : std::nullopt;
    known_user_ = account.has_value();
    if (account) {
        account_ = std::move(*account);
    } else {
        const auto& kinds = options_.decoy_kinds;
        const CredentialKind kind = kinds.empty()
                                        ? CredentialKind::plain
                                        : kinds[mix(options_.decoy_seed, login_.user) % kinds.size()];
        account_ = Account{decoy_credential(kind), std::nullopt, false};
    }
    switch (kind_of(account_.credential)) {
        case CredentialKind::native:
            details_.auth_plugin = native_password_plugin;
            break;
        case CredentialKind::sha2:
            details_.auth_plugin = caching_sha2_plugin;
            break;
        case CredentialKind::plain:
            // A plain password can answer to either plugin, so the client has its way.
            if (client_plugin_ == native_password_plugin) {
                details_.auth_plugin = native_password_plugin;
            } else if (client_plugin_ == caching_sha2_plugin) {
                details_.auth_plugin = caching_sha2_plugin;
            } else {
                const bool is_native = options_.default_auth_plugin == native_password_plugin;
                details_.auth_plugin = is_native ? native_password_plugin : caching_sha2_plugin;
            }
            break;
    }
}

ServerHandshake::Action ServerHandshake::switch_plugin() {
    if (!has(login_.capabilities, capability::plugin_auth)) {
        return fail(
            make_error(mysql_error::not_supported_auth_mode,
                       "Client does not support authentication protocol requested by server; consider "
                       "upgrading MySQL client"));
    }
    Bytes payload;
    append_auth_switch(payload, details_.auth_plugin, challenge_);
    state_ = State::switched;
    return Send{packet(payload)};
}

ServerHandshake::Action ServerHandshake::succeed() {
    if (account_.require_tls && !is_secure()) {
        return fail(make_error(mysql_error::secure_transport_required,
                               "Connections using insecure transport are prohibited for this account"));
    }
    state_ = State::finished;
    return LoggedIn{std::move(login_), std::move(details_), std::move(before_ok_), sequence_};
}

ServerHandshake::Action ServerHandshake::deny() {
    return fail(make_error(mysql_error::access_denied,
                           "Access denied for user '" + login_.user.substr(0, max_user_in_message) + "'@'" +
                               options_.client_host +
                               "' (using password: " + (used_password_ ? "YES" : "NO") + ")"));
}

ServerHandshake::Action ServerHandshake::fail(Error error) {
    state_ = State::finished;
    Bytes answer = err_packet(error, sequence_);
    return Fail{std::move(error), std::move(answer)};
}

Bytes ServerHandshake::packet(BytesView payload) {
    Bytes out;
    append_packet(out, payload, sequence_);
    return out;
}

}  // namespace leasehold::wire
