#include "wire/commands.h"

#include "wire/malformed.h"

namespace leasehold::wire {

Result<Command> decode_command(BytesView payload) {
    if (payload.empty()) return malformed("command");
    if (payload[0] > static_cast<std::uint8_t>(Command::reset_connection)) {
        return make_error(mysql_error::unknown_command, "Unknown command");
    }
    return static_cast<Command>(payload[0]);
}

void append_command(Bytes& out, Command command) {
    append_u8(out, static_cast<std::uint8_t>(command));
}

Result<std::string_view> decode_init_db(BytesView payload) {
    if (payload.empty()) return malformed("COM_INIT_DB");
    return to_text(payload.subspan(1));
}

void append_init_db(Bytes& out, std::string_view database) {
    append_command(out, Command::init_db);
    append_text(out, database);
}

Result<FieldListRequest> decode_field_list(BytesView payload) {
    Reader reader(payload);
    reader.skip(1);
    FieldListRequest request;
    request.table = reader.nul_text();
    request.wildcard = reader.nul_or_rest_text();
    if (!reader.ok()) return malformed("COM_FIELD_LIST");
    return request;
}

Result<std::uint32_t> decode_process_kill(BytesView payload) {
    Reader reader(payload);
    reader.skip(1);
    const std::uint32_t id = reader.u32();
    if (!reader.ok()) return malformed("COM_PROCESS_KILL");
    return id;
}

Result<SetOption> decode_set_option(BytesView payload) {
    Reader reader(payload);
    reader.skip(1);
    const std::uint16_t option = reader.u16();
    if (!reader.ok()) return malformed("COM_SET_OPTION");
    if (option > static_cast<std::uint16_t>(SetOption::multi_statements_off)) {
        return make_error(mysql_error::unknown_command, "Unknown command");
    }
    return static_cast<SetOption>(option);
}

void append_set_option(Bytes& out, SetOption option) {
    append_command(out, Command::set_option);
    append_u16(out, static_cast<std::uint16_t>(option));
}

}  // namespace leasehold::wire
