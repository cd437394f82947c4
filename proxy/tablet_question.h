// A question of the proxy's own on the connection that has just answered a statement. Thread: the worker's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/session.h"

namespace leasehold::proxy {

using RowValues = std::vector<std::optional<std::string>>;

// The one row that `sql` gives. Errors: the tablet's, 2013, 1835; the stream is lost then. Replaces what the
// server remembers of the statement before: its warnings, ROW_COUNT() and FOUND_ROWS().
net::Task<Result<RowValues>> ask_row(Session& session, pool::Connection& connection, std::string_view sql,
                                     std::size_t columns);

}  // namespace leasehold::proxy
