// Prepared statements: the requests and the answer to PREPARE, with the command byte, without frame headers.
// Pure functions; views into the packet. Source: dev.mysql.com, "Prepared Statements". Errors: 1835
// (malformed packet), 1210 (wrong arguments: a type is missing or cannot be bound).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "wire/bound_value.h"
#include "wire/bytes.h"
#include "wire/capabilities.h"

namespace leasehold::wire {

// COM_STMT_PREPARE_OK.
struct PrepareOk {
    std::uint32_t statement_id = 0;
    std::uint16_t columns = 0;
    std::uint16_t parameters = 0;
    std::uint16_t warnings = 0;
    bool metadata_follows = true;  // false only under OPTIONAL_RESULTSET_METADATA
};
[[nodiscard]] Result<PrepareOk> decode_prepare_ok(BytesView payload, Capabilities capabilities);
void append_prepare_ok(Bytes& out, const PrepareOk& ok, Capabilities capabilities);

namespace cursor_flag {
inline constexpr std::uint8_t read_only = 1;
inline constexpr std::uint8_t for_update = 2;
inline constexpr std::uint8_t scrollable = 4;
inline constexpr std::uint8_t parameter_count_available = 8;  // QUERY_ATTRIBUTES
}  // namespace cursor_flag

// What the connection knows and an execute does not say.
struct ExecuteContext {
    Capabilities capabilities = 0;
    std::uint16_t parameters = 0;  // of the statement, from PREPARE
    // Types of the last execute that bound them; used when this one does not. Empty: none yet.
    std::span<const BoundType> remembered_types;
    // Indexes, in rising order, of parameters that got COM_STMT_SEND_LONG_DATA since the last execute or
    // reset.
    std::span<const std::uint16_t> long_data;
};

struct ExecuteRequest {
    std::uint32_t statement_id = 0;
    std::uint8_t flags = 0;  // cursor_flag
    std::uint32_t iterations = 1;
    bool types_bound = false;      // in this packet
    std::uint16_t parameters = 0;  // the statement's own; what follows them in `values` are query attributes
    std::vector<BoundValue> values;
};

// Only the statement id: enough to find the statement, whose parameter count decode_execute needs.
[[nodiscard]] Result<std::uint32_t> execute_statement_id(BytesView payload);
[[nodiscard]] Result<ExecuteRequest> decode_execute(BytesView payload, const ExecuteContext& context);
// The types of the statement's own parameters, to remember.
[[nodiscard]] std::vector<BoundType> bound_types(const ExecuteRequest& request);

// The part of an execute that stands before its values: all there is to know when the values are passed on as
// they come. `beginning` need not hold more. Errors: also where it holds less, and where the types of this
// execute are known to nobody yet.
struct ExecuteHead {
    ExecuteRequest request;  // without values
    std::vector<BoundType> types;
    BytesView nulls;                // the bitmap
    std::size_t values_offset = 0;  // in the payload
};
[[nodiscard]] Result<ExecuteHead> decode_execute_head(BytesView beginning, const ExecuteContext& context);
// Writes that part for another connection: other id, always with types. Not for attributes with names.
void append_execute_head(Bytes& out, const ExecuteHead& head, std::uint32_t statement_id);

// Writes an execute for another connection: other id, always with types; `chosen` are indexes into the
// request's parameters, in the new order (query attributes are kept when `capabilities` has them, else
// dropped). Parameters of long data stay absent: the caller sends their data first.
void append_execute(Bytes& out, const ExecuteRequest& request, std::uint32_t statement_id,
                    std::span<const std::uint16_t> chosen, Capabilities capabilities);
// The same with all parameters.
void append_execute(Bytes& out, const ExecuteRequest& request, std::uint32_t statement_id,
                    Capabilities capabilities);

// For an execute, a fetch, a close, a reset or long data: overwrites the id in a payload that holds at least
// five bytes. Enough for another connection when it has the types or the packet binds them.
void patch_statement_id(std::span<std::uint8_t> payload, std::uint32_t statement_id);

struct FetchRequest {
    std::uint32_t statement_id = 0;
    std::uint32_t rows = 0;
};
[[nodiscard]] Result<FetchRequest> decode_fetch(BytesView payload);

struct LongData {
    std::uint32_t statement_id = 0;
    std::uint16_t parameter = 0;
    BytesView data;
};
[[nodiscard]] Result<LongData> decode_long_data(BytesView payload);
void append_long_data(Bytes& out, const LongData& data);

// COM_STMT_RESET and COM_STMT_CLOSE.
[[nodiscard]] Result<std::uint32_t> decode_statement_id(BytesView payload);
void append_statement_close(Bytes& out, std::uint32_t statement_id);
void append_statement_reset(Bytes& out, std::uint32_t statement_id);
void append_prepare(Bytes& out, std::string_view text);

}  // namespace leasehold::wire
