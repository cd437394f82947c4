// The packets of logging in, as payloads without frame headers. Pure functions. Text that is decoded is
// copied, because a login outlives its packet; sizes are bounded by the packet and, for attributes, by
// max_attributes_size. Source: dev.mysql.com, "Connection Phase Packets" and "COM_CHANGE_USER". Errors: 1043
// (bad handshake) for whatever does not decode.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/capabilities.h"

namespace leasehold::wire {

inline constexpr std::size_t scramble_size = 20;
using Scramble = std::array<std::uint8_t, scramble_size>;

inline constexpr std::string_view native_password_plugin = "mysql_native_password";
inline constexpr std::string_view caching_sha2_plugin = "caching_sha2_password";
inline constexpr std::string_view clear_password_plugin = "mysql_clear_password";

// Names and values in the order the client sent them.
using ConnectionAttributes = std::vector<std::pair<std::string, std::string>>;
inline constexpr std::size_t max_attributes_size = 64 * 1024;

// Protocol::HandshakeV10.
struct Greeting {
    std::string server_version;
    std::uint32_t connection_id = 0;
    Capabilities capabilities = 0;
    std::uint8_t collation = 0;
    StatusFlags status = 0;
    // Up to 255 bytes of challenge; the two plugins here use scramble_size of them.
    Bytes auth_data;
    std::string auth_plugin;
};
void append_greeting(Bytes& out, const Greeting& greeting);
// An ERR packet instead of the greeting (1040, 1129, 1130 ...) is the Result's error, with the server's own
// code.
[[nodiscard]] Result<Greeting> decode_greeting(BytesView payload);

// Protocol::HandshakeResponse41.
struct LoginRequest {
    Capabilities capabilities = 0;
    std::uint32_t max_packet = 0;
    std::uint8_t collation = 0;
    std::string user;
    Bytes auth_response;
    std::string database;
    std::string auth_plugin;
    ConnectionAttributes attributes;
    std::uint8_t zstd_level = 0;
};
// Fields whose capability is not in `request.capabilities` are left out.
void append_login_request(Bytes& out, const LoginRequest& request);

// Protocol::SSLRequest: the first 32 bytes of a login request, alone.
struct TlsRequest {
    Capabilities capabilities = 0;
    std::uint32_t max_packet = 0;
    std::uint8_t collation = 0;
};
void append_tls_request(Bytes& out, const TlsRequest& request);

// The client's first packet. A client without PROTOCOL_41 is refused (1043).
[[nodiscard]] Result<std::variant<TlsRequest, LoginRequest>> decode_first_packet(BytesView payload);

// Protocol::AuthSwitchRequest (0xFE). An empty plugin name is the old form, 0xFE alone (mysql_old_password).
struct AuthSwitch {
    std::string_view plugin;
    BytesView data;
};
void append_auth_switch(Bytes& out, std::string_view plugin, const Scramble& scramble);
[[nodiscard]] Result<AuthSwitch> decode_auth_switch(BytesView payload);

// Protocol::AuthMoreData (0x01).
void append_auth_more_data(Bytes& out, BytesView data);
[[nodiscard]] Result<BytesView> decode_auth_more_data(BytesView payload);

// COM_CHANGE_USER, with the command byte.
struct ChangeUserRequest {
    std::string user;
    Bytes auth_response;
    std::string database;
    std::uint16_t collation = 0;
    std::string auth_plugin;
    ConnectionAttributes attributes;
};
// `capabilities`: those negotiated on the connection.
void append_change_user(Bytes& out, const ChangeUserRequest& request, Capabilities capabilities);
[[nodiscard]] Result<ChangeUserRequest> decode_change_user(BytesView payload, Capabilities capabilities);

// The first scramble_size bytes of a challenge, which may be followed by a NUL; 1043 when there are fewer.
[[nodiscard]] Result<Scramble> to_scramble(BytesView auth_data);

}  // namespace leasehold::wire
