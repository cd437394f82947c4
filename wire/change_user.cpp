#include "base/mysql_errors.h"
#include "wire/handshake_packets.h"
#include "wire/login_fields.h"

namespace leasehold::wire {
namespace {

// COM_CHANGE_USER has a length of one byte whatever PLUGIN_AUTH_LENENC says.
constexpr Capabilities length_byte(Capabilities capabilities) {
    return capabilities & ~capability::plugin_auth_lenenc;
}

}  // namespace

void append_change_user(Bytes& out, const ChangeUserRequest& request, Capabilities capabilities) {
    append_u8(out, static_cast<std::uint8_t>(Command::change_user));
    append_nul_text(out, request.user);
    append_auth_response(out, request.auth_response, length_byte(capabilities));
    append_nul_text(out, request.database);
    append_u16(out, request.collation);
    if (has(capabilities, capability::plugin_auth)) append_nul_text(out, request.auth_plugin);
    if (has(capabilities, capability::connect_attrs)) append_attributes(out, request.attributes);
}

Result<ChangeUserRequest> decode_change_user(BytesView payload, Capabilities capabilities) {
    Reader reader(payload);
    reader.skip(1);
    ChangeUserRequest request;
    request.user = reader.nul_text();
    append_bytes(request.auth_response, read_auth_response(reader, length_byte(capabilities)));
    request.database = reader.nul_or_rest_text();
    // What follows came with later versions; a client may end anywhere before it.
    if (!reader.at_end()) request.collation = reader.u16();
    if (has(capabilities, capability::plugin_auth) && !reader.at_end())
        request.auth_plugin = reader.nul_or_rest_text();
    if (has(capabilities, capability::connect_attrs) && reader.ok() && !reader.at_end()) {
        auto attributes = read_attributes(reader);
        if (!attributes) return attributes.error();
        request.attributes = std::move(*attributes);
    }
    if (!reader.ok()) return make_error(mysql_error::bad_handshake, "Bad handshake");
    return request;
}

}  // namespace leasehold::wire
