#include "wire/prepared.h"

#include "wire/command_byte.h"
#include "wire/malformed.h"
#include "wire/response_packets.h"

namespace leasehold::wire {
namespace {

constexpr std::size_t statement_id_offset = 1;

void append_id_request(Bytes& out, Command command, std::uint32_t statement_id) {
    append_u8(out, static_cast<std::uint8_t>(command));
    append_u32(out, statement_id);
}

}  // namespace

Result<PrepareOk> decode_prepare_ok(BytesView payload, Capabilities capabilities) {
    Reader reader(payload);
    const std::uint8_t header = reader.u8();
    PrepareOk ok;
    ok.statement_id = reader.u32();
    ok.columns = reader.u16();
    ok.parameters = reader.u16();
    reader.skip(1);
    ok.warnings = reader.u16();
    if (has(capabilities, capability::optional_resultset_metadata)) ok.metadata_follows = reader.u8() != 0;
    if (!reader.ok() || header != ok_header) return malformed("COM_STMT_PREPARE_OK");
    return ok;
}

void append_prepare_ok(Bytes& out, const PrepareOk& ok, Capabilities capabilities) {
    append_u8(out, ok_header);
    append_u32(out, ok.statement_id);
    append_u16(out, ok.columns);
    append_u16(out, ok.parameters);
    append_u8(out, 0);
    append_u16(out, ok.warnings);
    if (has(capabilities, capability::optional_resultset_metadata))
        append_u8(out, ok.metadata_follows ? 1 : 0);
}

void patch_statement_id(std::span<std::uint8_t> payload, std::uint32_t statement_id) {
    if (payload.size() < statement_id_offset + 4) return;
    for (std::size_t i = 0; i < 4; ++i) {
        payload[statement_id_offset + i] = static_cast<std::uint8_t>(statement_id >> (8 * i));
    }
}

Result<FetchRequest> decode_fetch(BytesView payload) {
    Reader reader(payload);
    reader.skip(1);
    FetchRequest request;
    request.statement_id = reader.u32();
    request.rows = reader.u32();
    if (!reader.ok()) return malformed("COM_STMT_FETCH");
    return request;
}

Result<LongData> decode_long_data(BytesView payload) {
    Reader reader(payload);
    reader.skip(1);
    LongData data;
    data.statement_id = reader.u32();
    data.parameter = reader.u16();
    data.data = reader.rest();
    if (!reader.ok()) return malformed("COM_STMT_SEND_LONG_DATA");
    return data;
}

void append_long_data(Bytes& out, const LongData& data) {
    append_id_request(out, Command::stmt_send_long_data, data.statement_id);
    append_u16(out, data.parameter);
    append_bytes(out, data.data);
}

Result<std::uint32_t> decode_statement_id(BytesView payload) {
    Reader reader(payload);
    reader.skip(1);
    const std::uint32_t id = reader.u32();
    if (!reader.ok()) return malformed("statement id");
    return id;
}

Result<std::uint32_t> execute_statement_id(BytesView payload) {
    return decode_statement_id(payload);
}

void append_statement_close(Bytes& out, std::uint32_t statement_id) {
    append_id_request(out, Command::stmt_close, statement_id);
}

void append_statement_reset(Bytes& out, std::uint32_t statement_id) {
    append_id_request(out, Command::stmt_reset, statement_id);
}

void append_prepare(Bytes& out, std::string_view text) {
    append_u8(out, static_cast<std::uint8_t>(Command::stmt_prepare));
    append_text(out, text);
}

}  // namespace leasehold::wire
