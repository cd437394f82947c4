#include "wire/client_handshake.h"

#include <openssl/crypto.h>

#include <utility>

#include "base/mysql_errors.h"
#include "wire/frame.h"
#include "wire/response_packets.h"

namespace leasehold::wire {
namespace {

constexpr std::uint8_t auth_more_data_header = 0x01;
// More packets than any login has: a tablet that goes on is broken.
constexpr std::uint8_t max_rounds = 8;

constexpr Capabilities always_wanted = capability::long_password | capability::protocol_41 |
                                       capability::secure_connection | capability::plugin_auth |
                                       capability::plugin_auth_lenenc | capability::connect_attrs;
// Added by what is to be done, not by what is asked for.
constexpr Capabilities decided_here = capability::ssl | capability::connect_with_db | capability::compress |
                                      capability::zstd | capability::multi_factor |
                                      capability::capability_extension | capability::ssl_verify_server_cert |
                                      capability::remember_options;

Error bad_handshake(std::string_view what) {
    return make_error(mysql_error::bad_handshake, "Bad handshake: " + std::string(what));
}

}  // namespace

ClientHandshake::ClientHandshake(ClientHandshakeOptions options) : options_(std::move(options)) {}

ClientHandshake::~ClientHandshake() {
    OPENSSL_cleanse(options_.password.data(), options_.password.size());
}

ClientHandshake::Action ClientHandshake::start() {
    state_ = State::greeting;
    return Receive{};
}

ClientHandshake::Action ClientHandshake::resume(BytesView payload, std::uint8_t sequence) {
    if (state_ != State::greeting && state_ != State::answer && state_ != State::public_key) {
        return fail(bad_handshake("a packet that was not asked for"));
    }
    // A server that refuses early may count its ERR packet from anywhere.
    const bool is_err = !payload.empty() && payload[0] == err_header;
    if (is_err) return fail(decode_err(payload));
    if (sequence != sequence_) {
        return fail(make_error(mysql_error::net_packets_out_of_order,
                               "Got packets out of order: sequence id " + std::to_string(sequence) +
                                   " instead of " + std::to_string(sequence_)));
    }
    ++sequence_;
    return state_ == State::greeting ? on_greeting(payload) : on_answer(payload);
}

ClientHandshake::Action ClientHandshake::on_greeting(BytesView payload) {
    auto greeting = decode_greeting(payload);
    if (!greeting) return fail(greeting.error());
    if (!has(greeting->capabilities, capability::protocol_41 | capability::secure_connection)) {
        return fail(bad_handshake("the server is older than MySQL 4.1"));
    }
    const auto scramble = to_scramble(greeting->auth_data);
    if (!scramble) return fail(scramble.error());

    constexpr std::string_view mariadb_prefix = "5.5.5-";
    std::string_view version = greeting->server_version;
    if (version.starts_with(mariadb_prefix)) version.remove_prefix(mariadb_prefix.size());
    result_.server_version = version;
    result_.is_mariadb = version.find("MariaDB") != std::string_view::npos;
    result_.connection_id = greeting->connection_id;
    result_.server_capabilities = greeting->capabilities;
    result_.server_collation = greeting->collation;
    result_.scramble = *scramble;
    result_.auth_plugin = std::move(greeting->auth_plugin);

    Capabilities wanted = (options_.capabilities & ~decided_here) | always_wanted;
    if (!options_.database.empty()) wanted |= capability::connect_with_db;
    // MariaDB does not announce LONG_PASSWORD, and takes a client without it for one of its own.
    result_.capabilities = (wanted & greeting->capabilities) | capability::long_password;

    const bool offered = has(greeting->capabilities, capability::ssl);
    if (options_.tls == TlsUse::required && !offered) {
        return fail(make_error(mysql_error::ssl_connection_error,
                               "TLS is required, but the server does not offer it"));
    }
    if (!offered || options_.tls == TlsUse::disabled ||
        (options_.tls == TlsUse::preferred && options_.secure_transport)) {
        return send_login_request();
    }
    result_.capabilities |= capability::ssl;
    state_ = State::upgrading;
    Bytes request;
    append_tls_request(request, TlsRequest{result_.capabilities, options_.max_packet, options_.collation});
    return UpgradeTls{packet(request).bytes};
}

ClientHandshake::Action ClientHandshake::tls_ready() {
    if (state_ != State::upgrading) return fail(bad_handshake("TLS was not asked for"));
    result_.tls = true;
    return send_login_request();
}

ClientHandshake::Action ClientHandshake::send_login_request() {
    // A plugin of the server's that we do not have is only its default: the account's own comes by an auth
    // switch.
    if (!has(result_.capabilities, capability::plugin_auth)) {
        result_.auth_plugin = native_password_plugin;
    } else if (result_.auth_plugin != native_password_plugin && result_.auth_plugin != caching_sha2_plugin) {
        result_.auth_plugin = caching_sha2_plugin;
    }
    LoginRequest request;
    request.capabilities = result_.capabilities;
    request.max_packet = options_.max_packet;
    request.collation = options_.collation;
    request.user = options_.user;
    request.auth_response = first_answer(result_.auth_plugin);
    request.database = options_.database;
    request.auth_plugin = result_.auth_plugin;
    request.attributes = options_.attributes;
    Bytes payload;
    append_login_request(payload, request);
    state_ = State::answer;
    return packet(payload);
}

ClientHandshake::Action ClientHandshake::change_user(const Connected& current) {
    result_ = current;
    result_.ok_payload.clear();
    ChangeUserRequest request;
    request.user = options_.user;
    request.database = options_.database;
    request.collation = options_.collation;
    request.attributes = options_.attributes;
    if (has(current.capabilities, capability::plugin_auth)) {
        // MySQL and MariaDB challenge anew, whatever is sent here.
        request.auth_plugin = current.auth_plugin;
    } else {
        request.auth_response = native_scramble(options_.password, current.scramble);
    }
    Bytes payload;
    append_change_user(payload, request, current.capabilities);
    sequence_ = 0;
    state_ = State::answer;
    return packet(payload);
}

ClientHandshake::Action ClientHandshake::on_answer(BytesView payload) {
    if (++rounds_ > max_rounds) return fail(bad_handshake("it does not end"));
    if (payload.empty()) return fail(bad_handshake("an empty packet"));
    switch (payload[0]) {
        case ok_header:
            return on_ok(payload);
        case auth_more_data_header:
            return on_more_data(payload.subspan(1));
        case eof_header:
            return on_auth_switch(payload);
        default:
            return fail(bad_handshake("an unknown packet"));
    }
}

ClientHandshake::Action ClientHandshake::on_ok(BytesView payload) {
    const auto ok = decode_ok(payload, result_.capabilities);
    if (!ok) return fail(ok.error());
    result_.status = ok->status;
    append_bytes(result_.ok_payload, payload);
    state_ = State::finished;
    return std::move(result_);
}

ClientHandshake::Action ClientHandshake::fail(Error error) {
    state_ = State::finished;
    return Fail{std::move(error), Bytes()};
}

Send ClientHandshake::packet(BytesView payload) {
    Send send;
    append_packet(send.bytes, payload, sequence_);
    return send;
}

}  // namespace leasehold::wire
