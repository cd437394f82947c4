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

// 1105 for a DELETE whose tables own a lookup vindex.
std::optional<Error> check_lookups_of_delete(const KeyspaceSchema& keyspace, const Analysis& analysis);

// 1105 for an UPDATE that may give rows another keyspace id, which the entries of a lookup have.
std::optional<Error> check_lookups_of_move(const KeyspaceSchema& keyspace, const Analysis& analysis);

}  // namespace leasehold::router
