#include "wire/query_attributes.h"

#include <utility>

#include "wire/command_byte.h"
#include "wire/malformed.h"
#include "wire/parameter_block.h"

namespace leasehold::wire {
namespace {

// Leaves the reader at the statement's text.
Result<std::vector<BoundValue>> read_attributes(Reader& reader, Capabilities capabilities) {
    reader.skip(1);
    std::vector<BoundValue> attributes;
    if (has(capabilities, capability::query_attributes)) {
        const std::uint64_t count = reader.lenenc();
        const std::uint64_t sets = reader.lenenc();
        if (!reader.ok() || count > max_bound_values || sets != 1) return malformed("COM_QUERY");
        if (count > 0) {
            auto block = read_parameter_block(reader, static_cast<std::size_t>(count), true, {}, {});
            if (!block) return block.error();
            attributes = std::move(block->values);
        }
    }
    if (!reader.ok()) return malformed("COM_QUERY");
    return attributes;
}

}  // namespace

Result<QueryRequest> decode_query(BytesView payload, Capabilities capabilities) {
    Reader reader(payload);
    const auto attributes = read_attributes(reader, capabilities);
    if (!attributes) return attributes.error();
    QueryRequest request;
    request.attributes = attributes->size();
    request.text_offset = payload.size() - reader.remaining();
    request.text = to_text(reader.rest());
    return request;
}

Result<std::vector<BoundValue>> decode_query_attributes(BytesView payload, Capabilities capabilities) {
    Reader reader(payload);
    return read_attributes(reader, capabilities);
}

void append_query_prefix(Bytes& out, Capabilities capabilities) {
    append_u8(out, static_cast<std::uint8_t>(Command::query));
    if (!has(capabilities, capability::query_attributes)) return;
    append_u8(out, 0);  // attributes
    append_u8(out, 1);  // sets of them
}

void append_query(Bytes& out, std::string_view text, Capabilities capabilities) {
    append_query_prefix(out, capabilities);
    append_text(out, text);
}

void append_query_with_attributes(Bytes& out, BytesView payload, const QueryRequest& request,
                                  std::string_view text) {
    append_bytes(out, payload.first(request.text_offset));
    append_text(out, text);
}

}  // namespace leasehold::wire
