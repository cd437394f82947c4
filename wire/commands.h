// Small requests, with their command byte, without frame headers. Pure functions; views into the packet.
// Source: dev.mysql.com, "Command Phase". Errors: 1835 (malformed packet), 1047 (an unknown command).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/command_byte.h"

namespace leasehold::wire {

// The command of a payload. 1835 for an empty one, 1047 for a byte that is no command.
[[nodiscard]] Result<Command> decode_command(BytesView payload);
// A request that is its command byte alone: PING, QUIT, RESET_CONNECTION, STATISTICS ...
void append_command(Bytes& out, Command command);

[[nodiscard]] Result<std::string_view> decode_init_db(BytesView payload);
void append_init_db(Bytes& out, std::string_view database);

struct FieldListRequest {
    std::string_view table;
    std::string_view wildcard;
};
[[nodiscard]] Result<FieldListRequest> decode_field_list(BytesView payload);

[[nodiscard]] Result<std::uint32_t> decode_process_kill(BytesView payload);

enum class SetOption : std::uint16_t { multi_statements_on = 0, multi_statements_off = 1 };
// 1047 for other options, as MySQL answers.
[[nodiscard]] Result<SetOption> decode_set_option(BytesView payload);
void append_set_option(Bytes& out, SetOption option);

}  // namespace leasehold::wire
