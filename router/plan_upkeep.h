// Which UPDATEs and DELETEs of a table that owns lookups the shards can do each for itself, because their
// rows can be read before: of one table, with a WHERE and new values that are the same each time they are
// worked out. Pure. Internal to the planner.
#pragma once

#include <optional>

#include "router/sharded_plan.h"
#include "router/upkeep_routing.h"

namespace leasehold::router {

// Unset: its rows are gathered.
std::optional<UpkeepRouting::Parts> upkeep_of(const ShardedStatement& statement, const Analysis& analysis,
                                              const UpdateStatement& update);
std::optional<UpkeepRouting::Parts> upkeep_of(const ShardedStatement& statement, const Analysis& analysis,
                                              const DeleteStatement& deletion);

}  // namespace leasehold::router
