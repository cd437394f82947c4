#include "wire/command_byte.h"

namespace leasehold::wire {

std::string_view to_string(Command command) {
    switch (command) {
        case Command::sleep:
            return "Sleep";
        case Command::quit:
            return "Quit";
        case Command::init_db:
            return "Init DB";
        case Command::query:
            return "Query";
        case Command::field_list:
            return "Field List";
        case Command::create_db:
            return "Create DB";
        case Command::drop_db:
            return "Drop DB";
        case Command::refresh:
            return "Refresh";
        case Command::shutdown:
            return "Shutdown";
        case Command::statistics:
            return "Statistics";
        case Command::process_info:
            return "Processlist";
        case Command::connect:
            return "Connect";
        case Command::process_kill:
            return "Kill";
        case Command::debug:
            return "Debug";
        case Command::ping:
            return "Ping";
        case Command::time:
            return "Time";
        case Command::delayed_insert:
            return "Delayed insert";
        case Command::change_user:
            return "Change user";
        case Command::binlog_dump:
            return "Binlog Dump";
        case Command::table_dump:
            return "Table Dump";
        case Command::connect_out:
            return "Connect Out";
        case Command::register_slave:
            return "Register Slave";
        case Command::stmt_prepare:
            return "Prepare";
        case Command::stmt_execute:
            return "Execute";
        case Command::stmt_send_long_data:
            return "Long Data";
        case Command::stmt_close:
            return "Close stmt";
        case Command::stmt_reset:
            return "Reset stmt";
        case Command::set_option:
            return "Set option";
        case Command::stmt_fetch:
            return "Fetch";
        case Command::daemon:
            return "Daemon";
        case Command::binlog_dump_gtid:
            return "Binlog Dump GTID";
        case Command::reset_connection:
            return "Reset Connection";
    }
    return "Unknown";
}

}  // namespace leasehold::wire
