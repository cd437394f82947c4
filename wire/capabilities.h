// Capability flags, and what they mean for a proxy. Constants and pure functions. With it come the other
// closed sets of the protocol: wire/server_status.h, wire/command_byte.h, wire/column_type.h. Source:
// dev.mysql.com, "MySQL Server Developer Documentation: Capabilities Flags"; MariaDB's bit 0 (CLIENT_MYSQL):
// mariadb.com/kb, "Connection".
#pragma once

#include <cstdint>

#include "wire/column_type.h"
#include "wire/command_byte.h"
#include "wire/server_status.h"

namespace leasehold::wire {

using Capabilities = std::uint32_t;

namespace capability {
// A MariaDB peer that sees this bit speaks plain MySQL: it neither sends nor reads MariaDB's extended
// capabilities. Leasehold sets it on both sides, always.
inline constexpr Capabilities long_password = 1U << 0;
inline constexpr Capabilities found_rows = 1U << 1;
inline constexpr Capabilities long_flag = 1U << 2;
inline constexpr Capabilities connect_with_db = 1U << 3;
inline constexpr Capabilities no_schema = 1U << 4;
inline constexpr Capabilities compress = 1U << 5;
inline constexpr Capabilities odbc = 1U << 6;
inline constexpr Capabilities local_files = 1U << 7;
inline constexpr Capabilities ignore_space = 1U << 8;
inline constexpr Capabilities protocol_41 = 1U << 9;
inline constexpr Capabilities interactive = 1U << 10;
inline constexpr Capabilities ssl = 1U << 11;
inline constexpr Capabilities ignore_sigpipe = 1U << 12;
inline constexpr Capabilities transactions = 1U << 13;
inline constexpr Capabilities reserved = 1U << 14;
inline constexpr Capabilities secure_connection = 1U << 15;
inline constexpr Capabilities multi_statements = 1U << 16;
inline constexpr Capabilities multi_results = 1U << 17;
inline constexpr Capabilities ps_multi_results = 1U << 18;
inline constexpr Capabilities plugin_auth = 1U << 19;
inline constexpr Capabilities connect_attrs = 1U << 20;
inline constexpr Capabilities plugin_auth_lenenc = 1U << 21;
inline constexpr Capabilities can_handle_expired_passwords = 1U << 22;
inline constexpr Capabilities session_track = 1U << 23;
inline constexpr Capabilities deprecate_eof = 1U << 24;
inline constexpr Capabilities optional_resultset_metadata = 1U << 25;
inline constexpr Capabilities zstd = 1U << 26;
inline constexpr Capabilities query_attributes = 1U << 27;
inline constexpr Capabilities multi_factor = 1U << 28;
inline constexpr Capabilities capability_extension = 1U << 29;
inline constexpr Capabilities ssl_verify_server_cert = 1U << 30;
inline constexpr Capabilities remember_options = 1U << 31;
}  // namespace capability

// What a client may have of the proxy. TLS, CONNECT_WITH_DB and compression are added by the caller where it
// has them.
inline constexpr Capabilities proxy_capabilities =
    capability::long_password | capability::found_rows | capability::long_flag | capability::connect_with_db |
    capability::odbc | capability::local_files | capability::ignore_space | capability::protocol_41 |
    capability::interactive | capability::ignore_sigpipe | capability::transactions | capability::reserved |
    capability::secure_connection | capability::multi_statements | capability::multi_results |
    capability::ps_multi_results | capability::plugin_auth | capability::connect_attrs |
    capability::plugin_auth_lenenc | capability::session_track | capability::deprecate_eof |
    capability::optional_resultset_metadata | capability::query_attributes;

constexpr bool has(Capabilities set, Capabilities flag) {
    return (set & flag) == flag;
}

// Those of a client's flags that change the bytes of requests or responses, or what a statement means or
// counts, and that therefore have to be the same on the tablet connection that serves it: part of a pool's
// key. INTERACTIVE is left out (it only chooses a timeout, which the proxy keeps itself), SESSION_TRACK too
// (always asked of the tablet, and OK packets are written again for a client without it), and what belongs to
// logging in.
[[nodiscard]] Capabilities byte_shaping(Capabilities client);

// What to ask of a tablet for clients with `shape` (a value of byte_shaping): the shape, SESSION_TRACK and
// what logging in needs. The tablet's own flags decide what is got; ask has() for each of the shape
// afterwards.
[[nodiscard]] Capabilities tablet_capabilities(Capabilities shape);

}  // namespace leasehold::wire
