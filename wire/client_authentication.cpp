// ClientHandshake's answers to what the server challenges with.
#include "base/mysql_errors.h"
#include "wire/client_handshake.h"
#include "wire/rsa.h"

namespace leasehold::wire {
namespace {

// MySQL's plugin without a cache. Nobody's default, but MySQL 9 uses it to answer for users that do not
// exist.
constexpr std::string_view sha256_plugin = "sha256_password";

constexpr std::uint8_t sha256_request_public_key = 0x01;
constexpr std::uint8_t sha2_request_public_key = 0x02;
constexpr std::uint8_t fast_authentication_done = 0x03;
constexpr std::uint8_t full_authentication_needed = 0x04;

Error bad_handshake(std::string_view what) {
    return make_error(mysql_error::bad_handshake, "Bad handshake: " + std::string(what));
}

}  // namespace

Bytes ClientHandshake::first_answer(std::string_view plugin) const {
    if (plugin == native_password_plugin) return native_scramble(options_.password, result_.scramble);
    return sha2_scramble(options_.password, result_.scramble);
}

ClientHandshake::Action ClientHandshake::on_auth_switch(BytesView payload) {
    const auto request = decode_auth_switch(payload);
    if (!request) return fail(request.error());
    if (switched_) return fail(bad_handshake("a second switch of the authentication plugin"));
    switched_ = true;
    result_.auth_plugin = request->plugin;
    if (request->plugin == clear_password_plugin) return send_clear_password();
    const bool is_sha256 = request->plugin == sha256_plugin;
    if (request->plugin != native_password_plugin && request->plugin != caching_sha2_plugin && !is_sha256) {
        return fail(
            make_error(mysql_error::auth_plugin_cannot_load,
                       "The server wants the authentication plugin '" +
                           std::string(request->plugin.empty() ? "mysql_old_password" : request->plugin) +
                           "', which Leasehold does not have"));
    }
    const auto scramble = to_scramble(request->data);
    if (!scramble) return fail(scramble.error());
    result_.scramble = *scramble;
    if (is_sha256) {
        if (options_.password.empty() || is_secure()) return send_clear_password();
        return ask_for_public_key(sha256_request_public_key);
    }
    Bytes answer = first_answer(request->plugin);
    // As libmysqlclient does for an empty password; MariaDB takes nothing but nothing for its own plugin.
    if (answer.empty() && request->plugin == caching_sha2_plugin) append_u8(answer, 0);
    return packet(answer);
}

ClientHandshake::Action ClientHandshake::on_more_data(BytesView data) {
    if (state_ == State::public_key) return on_public_key(data);
    if (result_.auth_plugin != caching_sha2_plugin || data.size() != 1)
        return fail(bad_handshake("unexpected data"));
    if (data[0] == fast_authentication_done) return Receive{};
    if (data[0] != full_authentication_needed) return fail(bad_handshake("unexpected data"));
    return is_secure() ? send_clear_password() : ask_for_public_key(sha2_request_public_key);
}

ClientHandshake::Action ClientHandshake::ask_for_public_key(std::uint8_t request) {
    if (!options_.allow_public_key_retrieval) {
        return fail(
            make_error(mysql_error::auth_plugin_error,
                       "Authentication by '" + result_.auth_plugin +
                           "' needs TLS or the server's public key, and asking for the key is switched off"));
    }
    state_ = State::public_key;
    return packet(BytesView(&request, 1));
}

ClientHandshake::Action ClientHandshake::on_public_key(BytesView data) {
    state_ = State::answer;
    Bytes clear;
    clear.reserve(options_.password.size() + 1);  // no copy of the password is left behind by growing
    append_nul_text(clear, options_.password);
    Bytes masked = xor_with_scramble(clear, result_.scramble);
    wipe(clear);
    const auto encrypted = rsa_encrypt(to_text(data), masked);
    wipe(masked);
    if (!encrypted) return fail(encrypted.error());
    return packet(*encrypted);
}

ClientHandshake::Action ClientHandshake::send_clear_password() {
    if (!is_secure() && !options_.password.empty()) {
        return fail(make_error(mysql_error::auth_plugin_error,
                               "Authentication by '" + result_.auth_plugin +
                                   "' would send the password in clear: it needs TLS"));
    }
    Bytes clear;
    clear.reserve(options_.password.size() + 1);
    append_nul_text(clear, options_.password);
    Send send = packet(clear);
    wipe(clear);
    return send;
}

}  // namespace leasehold::wire
