#include "wire/response_packets.h"

#include <algorithm>
#include <string>

#include "wire/frame.h"
#include "wire/malformed.h"

namespace leasehold::wire {

Result<OkPacket> decode_ok(BytesView payload, Capabilities capabilities) {
    Reader reader(payload);
    const std::uint8_t header = reader.u8();
    OkPacket ok;
    ok.affected_rows = reader.lenenc();
    ok.last_insert_id = reader.lenenc();
    ok.status = reader.u16();
    ok.warnings = reader.u16();
    if (!reader.ok() || (header != ok_header && header != eof_header)) return malformed("OK");
    if (reader.at_end()) return ok;

    // MySQL 9.7 and MariaDB 10.11 write a length in front of the text without SESSION_TRACK too, where the
    // documentation has it run to the end; either is understood.
    Reader measured = reader;
    ok.info = measured.lenenc_text();
    if (has(capabilities, capability::session_track)) {
        if (measured.ok() && (ok.status & server_status::session_state_changed) != 0 && !measured.at_end()) {
            ok.session_state = measured.lenenc_bytes();
        }
        if (!measured.ok()) return malformed("OK");
    } else if (!measured.ok() || !measured.at_end()) {
        ok.info = to_text(reader.rest());
    }
    return ok;
}

namespace {

// `at`: of the two bytes of the flags.
void add_flags(std::span<std::uint8_t> payload, std::size_t at, StatusFlags flags) {
    if (at + 2 > payload.size()) return;
    payload[at] = static_cast<std::uint8_t>(payload[at] | (flags & 0xFF));
    payload[at + 1] = static_cast<std::uint8_t>(payload[at + 1] | (flags >> 8));
}

}  // namespace

void add_status_to_ok(std::span<std::uint8_t> payload, StatusFlags flags) {
    Reader reader{BytesView(payload)};
    reader.u8();
    reader.lenenc();
    reader.lenenc();
    if (reader.ok()) add_flags(payload, payload.size() - reader.rest().size(), flags);
}

void add_status_to_eof(std::span<std::uint8_t> payload, StatusFlags flags) {
    add_flags(payload, 3, flags);
}

void append_ok(Bytes& out, const OkPacket& ok, Capabilities capabilities, std::uint8_t header) {
    const bool with_state = has(capabilities, capability::session_track) && !ok.session_state.empty();
    StatusFlags status = ok.status;
    if (with_state) {
        status |= server_status::session_state_changed;
    } else {
        status &= static_cast<StatusFlags>(~server_status::session_state_changed);
    }
    append_u8(out, header);
    append_lenenc(out, ok.affected_rows);
    append_lenenc(out, ok.last_insert_id);
    append_u16(out, status);
    append_u16(out, ok.warnings);
    if (!ok.info.empty() || with_state) append_lenenc_text(out, ok.info);
    if (with_state) append_lenenc_text(out, to_text(ok.session_state));
}

Result<EofPacket> decode_eof(BytesView payload) {
    Reader reader(payload);
    const std::uint8_t header = reader.u8();
    EofPacket eof;
    eof.warnings = reader.u16();
    eof.status = reader.u16();
    if (!reader.ok() || header != eof_header) return malformed("EOF");
    return eof;
}

void append_eof(Bytes& out, const EofPacket& eof) {
    append_u8(out, eof_header);
    append_u16(out, eof.warnings);
    append_u16(out, eof.status);
}

void append_end_of_rows(Bytes& out, const EofPacket& eof, Capabilities capabilities) {
    if (!has(capabilities, capability::deprecate_eof)) {
        append_eof(out, eof);
        return;
    }
    OkPacket ok;
    ok.status = eof.status;
    ok.warnings = eof.warnings;
    append_ok(out, ok, capabilities, eof_header);
}

Bytes ok_packet(const OkPacket& ok, Capabilities capabilities, std::uint8_t sequence) {
    Bytes out;
    const std::size_t start = begin_packet(out);
    append_ok(out, ok, capabilities);
    end_packet(out, start, sequence);
    return out;
}

Bytes err_packet(const Error& error, std::uint8_t sequence) {
    Bytes out;
    const std::size_t start = begin_packet(out);
    append_err(out, error);
    end_packet(out, start, sequence);
    return out;
}

Result<ColumnCount> decode_column_count(BytesView payload, Capabilities capabilities) {
    Reader reader(payload);
    ColumnCount count;
    count.columns = reader.lenenc();
    // The documentation has this byte first; MySQL 9.7 sends it second.
    if (has(capabilities, capability::optional_resultset_metadata)) count.metadata_follows = reader.u8() != 0;
    if (!reader.ok() || !reader.at_end() || count.columns == 0) return malformed("column count");
    return count;
}

void append_column_count(Bytes& out, const ColumnCount& count, Capabilities capabilities) {
    append_lenenc(out, count.columns);
    if (has(capabilities, capability::optional_resultset_metadata))
        append_u8(out, count.metadata_follows ? 1 : 0);
}

Result<std::vector<TextValue>> decode_text_row(BytesView payload, std::size_t columns) {
    std::vector<TextValue> values;
    values.reserve(std::min(columns, payload.size()));
    Reader reader(payload);
    while (values.size() < columns && reader.ok()) {
        const auto bytes = reader.lenenc_or_null();
        values.push_back(bytes ? TextValue(to_text(*bytes)) : TextValue());
    }
    if (!reader.ok() || !reader.at_end()) return malformed("text row");
    return values;
}

void append_text_value(Bytes& out, const TextValue& value) {
    if (value) {
        append_lenenc_text(out, *value);
    } else {
        append_u8(out, 0xFB);
    }
}

void append_text_row(Bytes& out, std::span<const TextValue> values) {
    for (const TextValue& value : values) append_text_value(out, value);
}

Result<std::string_view> decode_local_infile(BytesView payload) {
    if (payload.empty() || payload[0] != local_infile_header) return malformed("LOCAL INFILE request");
    return to_text(payload.subspan(1));
}

void append_local_infile(Bytes& out, std::string_view file_name) {
    append_u8(out, local_infile_header);
    append_text(out, file_name);
}

}  // namespace leasehold::wire
