// Fields that the login request and COM_CHANGE_USER share. For this folder's own use.
#pragma once

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/capabilities.h"
#include "wire/handshake_packets.h"

namespace leasehold::wire {

// With a length in front (of one byte without PLUGIN_AUTH_LENENC), or up to a NUL without SECURE_CONNECTION.
void append_auth_response(Bytes& out, BytesView response, Capabilities capabilities);
[[nodiscard]] BytesView read_auth_response(Reader& reader, Capabilities capabilities);

// Both stop at max_attributes_size: attributes that do not fit are not written, and refused when read (1043).
void append_attributes(Bytes& out, const ConnectionAttributes& attributes);
[[nodiscard]] Result<ConnectionAttributes> read_attributes(Reader& reader);

}  // namespace leasehold::wire
