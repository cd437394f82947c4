#include "base/error.h"

#include <stdexcept>
#include <utility>

#include "base/mysql_errors.h"

namespace leasehold {

std::string_view sqlstate_of(std::uint16_t code) {
    using namespace mysql_error;
    switch (code) {
        case con_count:
            return "08004";
        case bad_handshake:
        case unknown_command:
        case server_shutdown:
        case net_packet_too_large:
        case net_packets_out_of_order:
        case net_uncompress_error:
        case net_read_error:
        case net_read_interrupted:
            return "08S01";
        case not_supported_auth_mode:
            return "08004";
        case dbaccess_denied:
        case parse_error:
        case not_allowed_command:
        case too_big_select:
        case too_many_user_connections:
        case user_limit_reached:
        case wrong_value_for_variable:
        case max_prepared_stmt_count_reached:
            return "42000";
        case access_denied:
            return "28000";
        case no_db:
            return "3D000";
        case bad_db:
            return "42000";
        case no_such_table:
            return "42S02";
        case query_interrupted:
        case connection_killed:
            return "70100";
        // Numbers that only one place raises, so they have no name in mysql_errors.h.
        case 1048:  // ER_BAD_NULL_ERROR
        case 1062:  // ER_DUP_ENTRY
            return "23000";
        case 1136:  // ER_WRONG_VALUE_COUNT_ON_ROW
            return "21S01";
        case 1235:  // ER_NOT_SUPPORTED_YET
        case 1305:  // ER_SP_DOES_NOT_EXIST, a savepoint's too
        case 1970:  // ER_SUBQUERIES_NOT_SUPPORTED (MariaDB)
            return "42000";
        case 1421:  // ER_STMT_HAS_NO_OPEN_CURSOR
            return "24000";
        case 1568:  // ER_CANT_CHANGE_TX_CHARACTERISTICS
            return "25001";
        default:
            return "HY000";
    }
}

Error make_error(std::uint16_t code, std::string message) {
    return Error{code, std::move(message), sqlstate_of(code)};
}

void throw_exception_from_error(const Error& error, const boost::source_location& location) {
    throw std::logic_error("unchecked error at " + location.to_string() + ": " + error.message);
}

}  // namespace leasehold
