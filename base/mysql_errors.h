// MySQL error numbers that Leasehold itself raises (dev.mysql.com, "Server Error Message Reference").
#pragma once

#include <cstdint>

namespace leasehold::mysql_error {

inline constexpr std::uint16_t con_count = 1040;  // too many connections
inline constexpr std::uint16_t out_of_resources = 1041;
inline constexpr std::uint16_t bad_handshake = 1043;
inline constexpr std::uint16_t dbaccess_denied = 1044;
inline constexpr std::uint16_t access_denied = 1045;
inline constexpr std::uint16_t no_db = 1046;
inline constexpr std::uint16_t unknown_command = 1047;
inline constexpr std::uint16_t bad_db = 1049;
inline constexpr std::uint16_t server_shutdown = 1053;
inline constexpr std::uint16_t parse_error = 1064;
inline constexpr std::uint16_t no_such_thread = 1094;
inline constexpr std::uint16_t kill_denied = 1095;
inline constexpr std::uint16_t too_big_select = 1104;
inline constexpr std::uint16_t unknown_error = 1105;
inline constexpr std::uint16_t host_not_privileged = 1130;
inline constexpr std::uint16_t no_such_table = 1146;
inline constexpr std::uint16_t not_allowed_command = 1148;
inline constexpr std::uint16_t net_packet_too_large = 1153;
inline constexpr std::uint16_t net_packets_out_of_order = 1156;
inline constexpr std::uint16_t net_read_interrupted = 1159;
inline constexpr std::uint16_t net_uncompress_error = 1157;
inline constexpr std::uint16_t net_read_error = 1158;             // 2013 for clients that cannot be told 2013
inline constexpr std::uint16_t too_many_user_connections = 1203;  // pool wait timed out, or its queue is full
inline constexpr std::uint16_t unknown_system_variable = 1193;
inline constexpr std::uint16_t user_limit_reached = 1226;  // reserved cap reached
inline constexpr std::uint16_t wrong_arguments = 1210;
inline constexpr std::uint16_t wrong_value_for_variable = 1231;
inline constexpr std::uint16_t unknown_stmt_handler = 1243;
inline constexpr std::uint16_t unsupported_ps = 1295;
inline constexpr std::uint16_t not_supported_auth_mode = 1251;
inline constexpr std::uint16_t option_prevents_statement = 1290;
inline constexpr std::uint16_t query_interrupted = 1317;
inline constexpr std::uint16_t max_prepared_stmt_count_reached = 1461;
inline constexpr std::uint16_t autoinc_read_failed = 1467;  // a sequence is at its end
inline constexpr std::uint16_t malformed_packet = 1835;
inline constexpr std::uint16_t connection_killed = 1927;
inline constexpr std::uint16_t cannot_connect = 2003;  // a client library's code: a tablet cannot be reached
inline constexpr std::uint16_t server_gone = 2006;
inline constexpr std::uint16_t server_lost = 2013;
inline constexpr std::uint16_t ssl_connection_error = 2026;  // client library's, like the next two
inline constexpr std::uint16_t auth_plugin_cannot_load = 2059;
inline constexpr std::uint16_t auth_plugin_error = 2061;
inline constexpr std::uint16_t query_timeout = 3024;
inline constexpr std::uint16_t secure_transport_required = 3159;
inline constexpr std::uint16_t client_interaction_timeout = 4031;

}  // namespace leasehold::mysql_error
