// ServerHandshake's checks of what the client answers.
#include "base/mysql_errors.h"
#include "wire/server_handshake.h"

namespace leasehold::wire {
namespace {

// The client's and our own words of caching_sha2_password.
constexpr std::uint8_t request_public_key = 0x02;
constexpr std::uint8_t fast_authentication_done = 0x03;
constexpr std::uint8_t full_authentication_needed = 0x04;

// libmysqlclient answers a lone NUL for an empty password, others nothing.
bool is_empty_answer(BytesView response) {
    return response.empty() || (response.size() == 1 && response[0] == 0);
}

}  // namespace

bool ServerHandshake::has_password() const {
    const auto* plain = std::get_if<PlainPassword>(&account_.credential);
    return plain == nullptr || !plain->text.empty();
}

ServerHandshake::Action ServerHandshake::authenticate(BytesView response) {
    used_password_ = !is_empty_answer(response);
    if (options_.trust_everybody) {
        // MariaDB's client takes no OK after a scramble of this plugin without the word that it was right.
        return used_password_ && details_.auth_plugin == caching_sha2_plugin ? succeed_fast() : succeed();
    }
    if (!used_password_) return has_password() || !known_user_ ? deny() : succeed();
    return details_.auth_plugin == native_password_plugin ? authenticate_native(response)
                                                          : authenticate_sha2(response);
}

ServerHandshake::Action ServerHandshake::authenticate_native(BytesView response) {
    const auto* plain = std::get_if<PlainPassword>(&account_.credential);
    const NativeHash stored =
        plain != nullptr ? native_hash(plain->text) : std::get<NativeHash>(account_.credential);
    const bool matches = verify_native(response, challenge_, stored);
    return matches && known_user_ && has_password() ? succeed() : deny();
}

ServerHandshake::Action ServerHandshake::authenticate_sha2(BytesView response) {
    if (response.size() != Sha256Digest{}.size()) return deny();
    const auto* plain = std::get_if<PlainPassword>(&account_.credential);
    const std::optional<Sha256Digest> stored =
        plain != nullptr ? std::optional(sha2_fast_hash(plain->text)) : account_.sha2_fast_hash;
    const bool matches = stored && verify_sha2_fast(response, challenge_, *stored);
    if (matches && known_user_ && has_password()) return succeed_fast();
    // A stored hash says nothing about a scramble: only the password itself can be checked against it. A
    // remembered fast hash may be of an older password, so it cannot deny either. Over TLS a server asks for
    // the password after every wrong scramble, and there are clients whose scrambles are always wrong
    // (r2dbc-mariadb 1.2 takes 19 of the 20 bytes).
    return plain != nullptr && !is_secure() ? deny() : ask_for_password();
}

ServerHandshake::Action ServerHandshake::succeed_fast() {
    Bytes payload;
    append_auth_more_data(payload, BytesView(&fast_authentication_done, 1));
    before_ok_ = packet(payload);
    return succeed();
}

ServerHandshake::Action ServerHandshake::ask_for_password() {
    if (!is_secure() && options_.rsa == nullptr) {
        return fail(make_error(mysql_error::access_denied,
                               "Access denied: caching_sha2_password needs TLS here for the first login"));
    }
    Bytes payload;
    append_auth_more_data(payload, BytesView(&full_authentication_needed, 1));
    state_ = is_secure() ? State::clear_password : State::encrypted_password;
    return Send{packet(payload)};
}

ServerHandshake::Action ServerHandshake::on_encrypted_password(BytesView payload) {
    if (state_ == State::encrypted_password && payload.size() == 1 && payload[0] == request_public_key) {
        Bytes answer;
        append_auth_more_data(answer, to_bytes(options_.rsa->public_key_pem()));
        state_ = State::key_sent;
        return Send{packet(answer)};
    }
    std::optional<Bytes> masked = options_.rsa->decrypt(payload);
    if (!masked) return deny();
    Bytes password = xor_with_scramble(*masked, challenge_);
    wipe(*masked);
    Action action = on_clear_password(to_text(password));
    wipe(password);
    return action;
}

ServerHandshake::Action ServerHandshake::on_clear_password(std::string_view password) {
    if (!password.empty() && password.back() == '\0') password.remove_suffix(1);
    const bool matches = verify_clear(password, account_.credential);
    if (!matches || !known_user_) return deny();
    details_.sha2_fast_hash = sha2_fast_hash(password);
    return succeed();
}

}  // namespace leasehold::wire
