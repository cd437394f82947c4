// EXPLAIN ROUTE: a plan, and where one execution would go, in words. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "router/plan.h"
#include "router/sql/effects.h"
#include "router/topology.h"

namespace leasehold::router {

// Lines "name: text", each ended by a newline: plan, statement, keyspace, route, one line a shard with what
// it gets, properties, effects, assignments. Lines that have nothing to say are left out.
std::string explain(const Plan& plan, const Topology& topology, const std::optional<Route>& route);

// The same for one execution, which is routed for it. Where that would need something of tablets first, what
// it needs is said and the shards are not. Errors: those of routing.
Result<std::string> explain_execution(const Plan& plan, const Topology& topology, std::string_view sql,
                                      std::span<const SqlValue> values);

std::string_view to_string(Effect effect);

}  // namespace leasehold::router
