#include <algorithm>
#include <array>
#include <string>

#include "wire/malformed.h"
#include "wire/response_packets.h"

namespace leasehold::wire {
namespace {

constexpr std::size_t sqlstate_size = 5;

// Those in the message files of MySQL 9 and MariaDB 10.11, and 45000 (SIGNAL's unhandled user-defined
// exception).
constexpr std::array known_sqlstates = std::to_array<std::string_view>(
    {"01000", "01003", "01S00", "02000", "08001", "08003", "08004", "08S01", "0A000", "0K000", "0Z002",
     "0100E", "10000", "20000", "21000", "21S01", "22001", "22002", "22003", "22004", "22007", "22008",
     "22009", "2200H", "22012", "22018", "2201E", "22023", "22032", "22035", "22S01", "22S02", "22S03",
     "23000", "24000", "25000", "25001", "25006", "26000", "27000", "28000", "2D000", "2F003", "33000",
     "34000", "35000", "37000", "38000", "3B001", "3B002", "3D000", "3F000", "40000", "40001", "42000",
     "42S01", "42S02", "42S12", "42S21", "42S22", "44000", "45000", "46000", "4C000", "55000", "70100",
     "99001", "HY000", "HY001", "HV004", "HV00R", "HY024", "HZ000", "X0000", "XA000", "XA100", "XA102",
     "XA106", "XAE03", "XAE04", "XAE05", "XAE07", "XAE08", "XAE09"});

}  // namespace

Result<ErrPacket> decode_err_views(BytesView payload) {
    Reader reader(payload);
    const std::uint8_t header = reader.u8();
    ErrPacket err;
    err.code = reader.u16();
    if (!reader.ok() || header != err_header) return malformed("ERR");
    if (reader.remaining() > sqlstate_size && reader.peek() == '#') {
        reader.skip(1);
        err.sqlstate = to_text(reader.bytes(sqlstate_size));
    }
    err.message = to_text(reader.rest());
    return err;
}

Error decode_err(BytesView payload) {
    const auto err = decode_err_views(payload);
    if (!err) return err.error();
    Error error = make_error(err->code, std::string(err->message));
    const auto known = std::find(known_sqlstates.begin(), known_sqlstates.end(), err->sqlstate);
    if (known != known_sqlstates.end()) error.sqlstate = *known;
    return error;
}

void append_err(Bytes& out, const Error& error) {
    append_u8(out, err_header);
    append_u16(out, error.code != 0 ? error.code : mysql_error::unknown_error);
    append_u8(out, '#');
    append_text(out, error.sqlstate.size() == sqlstate_size ? error.sqlstate : "HY000");
    append_text(out, error.message);
}

}  // namespace leasehold::wire
