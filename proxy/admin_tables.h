// The answers to the admin port's SHOW statements: a view to rows. Columns of SHOW POOLS and SHOW LEASES are
// a contract with users, the others follow PgBouncer's names; new columns are appended at the end. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "proxy/admin_statement.h"
#include "proxy/admin_table.h"
#include "proxy/admin_view.h"

namespace leasehold::proxy::admin {

// What a SHOW shows, its LIKE applied to the first column that names something.
Table show(const Show& statement, const AdminView& view);

// SELECT without a table. `variable` gives a system variable's value by its name in lower case; NULL when it
// has none.
struct SelectContext {
    std::string version;
    std::string user;  // "admin@127.0.0.1"
    std::uint64_t connection_id = 0;
    std::function<Cell(std::string_view name)> variable;
};
Table select(const Select& statement, const SelectContext& context);

// The system variables that drivers ask the admin port for, with values that are true of it.
Cell admin_variable(std::string_view name, std::string_view version);

Table show_help();

}  // namespace leasehold::proxy::admin
