#include "wire/login_fields.h"

#include <algorithm>

#include "base/mysql_errors.h"

namespace leasehold::wire {

void append_auth_response(Bytes& out, BytesView response, Capabilities capabilities) {
    if (has(capabilities, capability::plugin_auth_lenenc)) {
        append_lenenc(out, response.size());
        append_bytes(out, response);
    } else if (has(capabilities, capability::secure_connection)) {
        const BytesView fitting = response.first(std::min<std::size_t>(response.size(), 255));
        append_u8(out, static_cast<std::uint8_t>(fitting.size()));
        append_bytes(out, fitting);
    } else {
        append_nul_text(out, to_text(response));
    }
}

BytesView read_auth_response(Reader& reader, Capabilities capabilities) {
    if (has(capabilities, capability::plugin_auth_lenenc)) return reader.lenenc_bytes();
    if (has(capabilities, capability::secure_connection)) return reader.bytes(reader.u8());
    return to_bytes(reader.nul_text());
}

void append_attributes(Bytes& out, const ConnectionAttributes& attributes) {
    Bytes block;
    for (const auto& [name, value] : attributes) {
        const std::size_t size =
            lenenc_size(name.size()) + name.size() + lenenc_size(value.size()) + value.size();
        if (block.size() + size > max_attributes_size) break;
        append_lenenc_text(block, name);
        append_lenenc_text(block, value);
    }
    append_lenenc_text(out, to_text(block));
}

Result<ConnectionAttributes> read_attributes(Reader& reader) {
    const BytesView block = reader.lenenc_bytes();
    ConnectionAttributes attributes;
    Reader pairs(block);
    while (reader.ok() && pairs.ok() && !pairs.at_end() && block.size() <= max_attributes_size) {
        const std::string_view name = pairs.lenenc_text();
        const std::string_view value = pairs.lenenc_text();
        attributes.emplace_back(name, value);
    }
    if (!reader.ok() || !pairs.ok() || block.size() > max_attributes_size) {
        return make_error(mysql_error::bad_handshake, "Bad handshake: connection attributes");
    }
    return attributes;
}

}  // namespace leasehold::wire
