// Server status flags, as in OK and EOF packets. Source: dev.mysql.com, "SERVER_STATUS_flags_enum".
#pragma once

#include <cstdint>

namespace leasehold::wire {

using StatusFlags = std::uint16_t;

namespace server_status {
inline constexpr StatusFlags in_trans = 0x0001;
inline constexpr StatusFlags autocommit = 0x0002;
inline constexpr StatusFlags more_results = 0x0008;
inline constexpr StatusFlags no_good_index_used = 0x0010;
inline constexpr StatusFlags no_index_used = 0x0020;
inline constexpr StatusFlags cursor_exists = 0x0040;
inline constexpr StatusFlags last_row_sent = 0x0080;
inline constexpr StatusFlags db_dropped = 0x0100;
inline constexpr StatusFlags no_backslash_escapes = 0x0200;
inline constexpr StatusFlags metadata_changed = 0x0400;
inline constexpr StatusFlags query_was_slow = 0x0800;
inline constexpr StatusFlags ps_out_params = 0x1000;
inline constexpr StatusFlags in_trans_readonly = 0x2000;
inline constexpr StatusFlags session_state_changed = 0x4000;
}  // namespace server_status

}  // namespace leasehold::wire
