// SHOW ... WHERE of what the proxy itself answers: a statement that any tablet can carry out, over the rows
// as a derived table. Pure.
#pragma once

#include <string>
#include <string_view>

#include "proxy/admin_table.h"

namespace leasehold::proxy {

// `where`: the condition as the client wrote it; it may name the table's columns.
std::string filtered_statement(const Table& table, std::string_view where);

}  // namespace leasehold::proxy
