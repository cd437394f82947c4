// The packets of a response: OK, EOF, ERR, column definitions, text rows, LOCAL INFILE. Payloads without
// frame headers, unless a name says "packet". Pure functions; views point into the payload given. Any thread.
// Source: dev.mysql.com, "Generic Response Packets" and "Protocol::ColumnDefinition41"; what differs from it
// in what servers really send is said at the function. Errors: 1835 (malformed packet).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/capabilities.h"
#include "wire/session_state.h"

namespace leasehold::wire {

inline constexpr std::uint8_t ok_header = 0x00;
inline constexpr std::uint8_t local_infile_header = 0xFB;
inline constexpr std::uint8_t eof_header = 0xFE;
inline constexpr std::uint8_t err_header = 0xFF;

struct OkPacket {
    std::uint64_t affected_rows = 0;
    std::uint64_t last_insert_id = 0;
    StatusFlags status = 0;
    std::uint16_t warnings = 0;
    std::string_view info;
    BytesView
        session_state;  // empty unless SESSION_TRACK and session_state_changed; see decode_session_state
};
// Header 0x00 or 0xFE. `capabilities` are those of the connection it came on.
[[nodiscard]] Result<OkPacket> decode_ok(BytesView payload, Capabilities capabilities);
// `header`: ok_header, or eof_header for the end of rows under DEPRECATE_EOF. The session state is written
// only for a client with SESSION_TRACK; without it the flag session_state_changed is cleared.
void append_ok(Bytes& out, const OkPacket& ok, Capabilities capabilities, std::uint8_t header = ok_header);

// Sets flags in a packet that decode_ok understood.
void add_status_to_ok(std::span<std::uint8_t> payload, StatusFlags flags);

struct EofPacket {
    std::uint16_t warnings = 0;
    StatusFlags status = 0;
};
[[nodiscard]] Result<EofPacket> decode_eof(BytesView payload);
void add_status_to_eof(std::span<std::uint8_t> payload, StatusFlags flags);
void append_eof(Bytes& out, const EofPacket& eof);
// The end of a result set as the client expects it: EOF, or OK with header 0xFE under DEPRECATE_EOF.
void append_end_of_rows(Bytes& out, const EofPacket& eof, Capabilities capabilities);

struct ErrPacket {
    std::uint16_t code = 0;
    std::string_view sqlstate;  // empty: a server leaves it out before it has the login request
    std::string_view message;
};
[[nodiscard]] Result<ErrPacket> decode_err_views(BytesView payload);
// As an Error; 1835 for a packet that is no ERR. Its SQLSTATE has static storage: the server's own where it
// is one that MySQL and MariaDB use, else that of the code. (Relay the packet itself where a SIGNAL's own
// SQLSTATE matters.)
[[nodiscard]] Error decode_err(BytesView payload);
void append_err(Bytes& out, const Error& error);

// Whole frames, for callers that send nothing else.
[[nodiscard]] Bytes ok_packet(const OkPacket& ok, Capabilities capabilities, std::uint8_t sequence);
[[nodiscard]] Bytes err_packet(const Error& error, std::uint8_t sequence);

struct ColumnDefinition {
    std::string_view catalog = "def";
    std::string_view schema;
    std::string_view table;
    std::string_view org_table;
    std::string_view name;
    std::string_view org_name;
    std::uint16_t collation = 0;
    std::uint32_t length = 0;
    ColumnType type = ColumnType::var_string;
    ColumnFlags flags = 0;
    std::uint8_t decimals = 0;
    // COM_FIELD_LIST only: the default value, when has_default.
    bool has_default = false;
    std::optional<std::string_view> default_value;
};
[[nodiscard]] Result<ColumnDefinition> decode_column_definition(BytesView payload);
void append_column_definition(Bytes& out, const ColumnDefinition& column);

struct ColumnCount {
    std::uint64_t columns = 0;
    bool metadata_follows = true;  // false only under OPTIONAL_RESULTSET_METADATA
};
[[nodiscard]] Result<ColumnCount> decode_column_count(BytesView payload, Capabilities capabilities);
void append_column_count(Bytes& out, const ColumnCount& count, Capabilities capabilities);

using TextValue = std::optional<std::string_view>;  // empty: NULL
// Exactly `columns` values; fewer or more in the payload is an error.
[[nodiscard]] Result<std::vector<TextValue>> decode_text_row(BytesView payload, std::size_t columns);
void append_text_row(Bytes& out, std::span<const TextValue> values);
void append_text_value(Bytes& out, const TextValue& value);

// The name of the file that the server asks the client for.
[[nodiscard]] Result<std::string_view> decode_local_infile(BytesView payload);
void append_local_infile(Bytes& out, std::string_view file_name);

}  // namespace leasehold::wire
