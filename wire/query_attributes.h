// COM_QUERY's payload, which under QUERY_ATTRIBUTES has parameters in front of the text. Views into the
// packet; pure. Source: dev.mysql.com, "COM_QUERY". Errors: 1835 (malformed packet), 1210 (attributes without
// types).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/bound_value.h"
#include "wire/bytes.h"
#include "wire/capabilities.h"

namespace leasehold::wire {

struct QueryRequest {
    std::string_view text;
    std::size_t text_offset = 1;  // in the payload, which begins with the command byte
    std::size_t attributes = 0;   // how many
};
[[nodiscard]] Result<QueryRequest> decode_query(BytesView payload, Capabilities capabilities);

// The attributes themselves; empty without QUERY_ATTRIBUTES.
[[nodiscard]] Result<std::vector<BoundValue>> decode_query_attributes(BytesView payload,
                                                                      Capabilities capabilities);

// Writes a COM_QUERY without attributes for a connection with `capabilities`.
void append_query(Bytes& out, std::string_view text, Capabilities capabilities);
// The part of append_query before the text.
void append_query_prefix(Bytes& out, Capabilities capabilities);

// Hands a client's attributes on with another text. `payload`: the client's, decoded by decode_query with the
// same capabilities as the tablet connection's.
void append_query_with_attributes(Bytes& out, BytesView payload, const QueryRequest& request,
                                  std::string_view text);

}  // namespace leasehold::wire
