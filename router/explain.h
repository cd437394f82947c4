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

std::string_view to_string(Effect effect);

}  // namespace leasehold::router
