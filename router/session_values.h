// What belongs to the session, not to the tablet connection that happens to serve it: CONNECTION_ID(),
// USER(), DATABASE(), ROW_COUNT(), FOUND_ROWS() and their synonyms, @@wait_timeout and @@interactive_timeout
// are written into the statement as values before it is planned. Pure. Sources: dev.mysql.com "Information
// Functions"; mariadb.com/kb "Information Functions".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "router/sql/sql_mode.h"

namespace leasehold::router {

// What is not set is left for the tablet to answer.
struct SessionValues {
    std::uint64_t connection_id = 0;
    std::optional<std::int64_t> row_count;
    std::optional<std::uint64_t> found_rows;
    std::optional<std::string> database;  // SQL: a literal, or NULL
    std::string user;                     // SQL: the literal 'name@host'
    std::string current_user;
    std::optional<std::string> wait_timeout;         // SQL, for @@wait_timeout and @@session.wait_timeout
    std::optional<std::string> interactive_timeout;  // the same
};

// The statement with the values in place of the calls; an unnamed column of the result keeps the name that
// MySQL gives it. Nothing: there is nothing to replace, or the statement would keep what it reads (views,
// routines, defaults).
std::optional<std::string> with_session_values(std::string_view sql, SqlMode mode,
                                               const SessionValues& values);

}  // namespace leasehold::router
