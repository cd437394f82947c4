// The parts of the server's sql_mode, and its version, that change how a statement is lexed or routed.
#pragma once

#include <cstdint>
#include <string_view>

namespace leasehold::router {

struct SqlMode {
    bool ansi_quotes = false;
    bool no_backslash_escapes = false;
    bool pipes_as_concat = false;
    bool ignore_space = false;
    bool no_auto_value_on_zero = false;  // 0 in an AUTO_INCREMENT column is a value
    // 80407 for MySQL 8.4.7, 101107 for MariaDB 10.11.7: which executable comments count as SQL. 0 (not
    // known): every one that some server up to MySQL 9.x or MariaDB 12.x would execute.
    std::uint32_t server_version = 0;

    bool operator==(const SqlMode&) const = default;
};

// From what VERSION() says: "10.11.14-MariaDB-0+deb12u2" is 101114. 0 when that is no version.
std::uint32_t version_number(std::string_view version);

// From a value of @@sql_mode ("ANSI_QUOTES,STRICT_TRANS_TABLES", also the combined modes such as ANSI). Names
// that do not matter here are passed over; server_version stays 0.
SqlMode parse_sql_mode(std::string_view value);

}  // namespace leasehold::router
