// Answers to what clients ask of any MySQL server when they connect: variables, collations, empty lists.
// Pure.
#pragma once

#include <optional>

#include "proxy/admin_statement.h"
#include "proxy/admin_table.h"
#include "proxy/admin_view.h"

namespace leasehold::proxy::admin {

// Nothing for what belongs to the admin's own SHOW statements.
std::optional<Table> show_chatter(ShowWhat what, const AdminView& view);

}  // namespace leasehold::proxy::admin
