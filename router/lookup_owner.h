// What stands against changing the rows of tables with lookup vindexes: their entries would have to be kept
// up to date, which is not done here. Pure. Internal to the planner.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "router/analysis.h"
#include "router/schema.h"

namespace leasehold::router {

// Words for an INSERT; unset: nothing does.
std::optional<std::string> lookup_obstacle_of_insert(const KeyspaceSchema& keyspace,
                                                     const SchemaTable& table);

// 1105 for a change ("DELETE from") of tables that own a lookup vindex, whose entries would be wrong after
// it.
std::optional<Error> check_owned_lookups(const KeyspaceSchema& keyspace, const Analysis& analysis,
                                         std::string_view verb);

}  // namespace leasehold::router
