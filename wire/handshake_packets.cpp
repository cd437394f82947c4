#include "wire/handshake_packets.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "wire/login_fields.h"
#include "wire/response_packets.h"

namespace leasehold::wire {
namespace {

constexpr std::uint8_t protocol_version = 10;
constexpr std::uint8_t auth_more_data_header = 0x01;
constexpr std::size_t first_challenge_part = 8;
constexpr std::size_t min_second_part = 13;
constexpr std::size_t greeting_filler = 10;
constexpr std::size_t login_filler = 23;
constexpr std::size_t tls_request_size = 32;

Error bad_handshake() {
    return make_error(mysql_error::bad_handshake, "Bad handshake");
}

void append_login_prefix(Bytes& out, Capabilities capabilities, std::uint32_t max_packet,
                         std::uint8_t collation) {
    append_u32(out, capabilities);
    append_u32(out, max_packet);
    append_u8(out, collation);
    append_zeros(out, login_filler);
}

}  // namespace

void append_greeting(Bytes& out, const Greeting& greeting) {
    Bytes challenge = greeting.auth_data;
    challenge.resize(std::clamp(challenge.size(), scramble_size, std::size_t{254}));
    append_u8(out, protocol_version);
    append_nul_text(out, greeting.server_version);
    append_u32(out, greeting.connection_id);
    append_bytes(out, BytesView(challenge).first(first_challenge_part));
    append_u8(out, 0);
    append_u16(out, static_cast<std::uint16_t>(greeting.capabilities));
    append_u8(out, greeting.collation);
    append_u16(out, greeting.status);
    append_u16(out, static_cast<std::uint16_t>(greeting.capabilities >> 16));
    const bool with_plugin = has(greeting.capabilities, capability::plugin_auth);
    append_u8(out, with_plugin ? static_cast<std::uint8_t>(challenge.size() + 1) : std::uint8_t{0});
    append_zeros(out, greeting_filler);
    append_bytes(out, BytesView(challenge).subspan(first_challenge_part));
    append_u8(out, 0);
    if (with_plugin) append_nul_text(out, greeting.auth_plugin);
}

Result<Greeting> decode_greeting(BytesView payload) {
    if (!payload.empty() && payload[0] == err_header) return decode_err(payload);
    Reader reader(payload);
    const std::uint8_t version = reader.u8();
    Greeting greeting;
    greeting.server_version = reader.nul_text();
    greeting.connection_id = reader.u32();
    append_bytes(greeting.auth_data, reader.bytes(first_challenge_part));
    reader.skip(1);
    greeting.capabilities = reader.u16();
    greeting.collation = reader.u8();
    greeting.status = reader.u16();
    greeting.capabilities |= static_cast<Capabilities>(reader.u16()) << 16;
    const std::size_t challenge_size = reader.u8();
    reader.skip(greeting_filler);
    if (has(greeting.capabilities, capability::secure_connection)) {
        const std::size_t announced =
            challenge_size > first_challenge_part ? challenge_size - first_challenge_part : std::size_t{0};
        append_bytes(greeting.auth_data, reader.bytes(std::max(min_second_part, announced)));
    }
    if (has(greeting.capabilities, capability::plugin_auth)) greeting.auth_plugin = reader.nul_or_rest_text();
    if (!reader.ok() || version != protocol_version) return bad_handshake();
    return greeting;
}

void append_tls_request(Bytes& out, const TlsRequest& request) {
    append_login_prefix(out, request.capabilities | capability::ssl, request.max_packet, request.collation);
}

void append_login_request(Bytes& out, const LoginRequest& request) {
    append_login_prefix(out, request.capabilities, request.max_packet, request.collation);
    append_nul_text(out, request.user);
    append_auth_response(out, request.auth_response, request.capabilities);
    if (has(request.capabilities, capability::connect_with_db)) append_nul_text(out, request.database);
    if (has(request.capabilities, capability::plugin_auth)) append_nul_text(out, request.auth_plugin);
    if (has(request.capabilities, capability::connect_attrs)) append_attributes(out, request.attributes);
    if (has(request.capabilities, capability::zstd)) append_u8(out, request.zstd_level);
}

Result<std::variant<TlsRequest, LoginRequest>> decode_first_packet(BytesView payload) {
    using Packet = std::variant<TlsRequest, LoginRequest>;
    Reader reader(payload);
    LoginRequest request;
    request.capabilities = reader.u32();
    request.max_packet = reader.u32();
    request.collation = reader.u8();
    reader.skip(login_filler);
    if (!reader.ok() || !has(request.capabilities, capability::protocol_41)) return bad_handshake();
    if (has(request.capabilities, capability::ssl) && payload.size() == tls_request_size) {
        return Packet(TlsRequest{request.capabilities, request.max_packet, request.collation});
    }
    request.user = reader.nul_text();
    append_bytes(request.auth_response, read_auth_response(reader, request.capabilities));
    if (has(request.capabilities, capability::connect_with_db)) request.database = reader.nul_or_rest_text();
    if (has(request.capabilities, capability::plugin_auth)) request.auth_plugin = reader.nul_or_rest_text();
    if (has(request.capabilities, capability::connect_attrs) && !reader.at_end()) {
        auto attributes = read_attributes(reader);
        if (!attributes) return attributes.error();
        request.attributes = std::move(*attributes);
    }
    if (has(request.capabilities, capability::zstd) && !reader.at_end()) request.zstd_level = reader.u8();
    if (!reader.ok()) return bad_handshake();
    return Packet(std::move(request));
}

void append_auth_switch(Bytes& out, std::string_view plugin, const Scramble& scramble) {
    append_u8(out, eof_header);
    append_nul_text(out, plugin);
    append_bytes(out, scramble);
    append_u8(out, 0);
}

Result<AuthSwitch> decode_auth_switch(BytesView payload) {
    Reader reader(payload);
    if (reader.u8() != eof_header) return bad_handshake();
    AuthSwitch request;
    if (reader.at_end()) return request;
    request.plugin = reader.nul_text();
    request.data = reader.rest();
    if (!reader.ok()) return bad_handshake();
    return request;
}

void append_auth_more_data(Bytes& out, BytesView data) {
    append_u8(out, auth_more_data_header);
    append_bytes(out, data);
}

Result<BytesView> decode_auth_more_data(BytesView payload) {
    if (payload.empty() || payload[0] != auth_more_data_header) return bad_handshake();
    return payload.subspan(1);
}

Result<Scramble> to_scramble(BytesView auth_data) {
    if (auth_data.size() < scramble_size) return bad_handshake();
    Scramble scramble;
    std::copy_n(auth_data.begin(), scramble_size, scramble.begin());
    return scramble;
}

}  // namespace leasehold::wire
