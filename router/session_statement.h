// Statements that the session carries out itself, from their syntax tree. Pure. Internal to the planner.
#pragma once

#include <optional>

#include "base/error.h"
#include "router/plan.h"
#include "router/sql/parser.h"

namespace leasehold::router {

// Unset for a statement that goes to tablets. Without SET, which depends on the keyspace.
// Errors: 1105 for a form of such a statement that the proxy cannot answer.
Result<std::optional<SessionStatement>> session_statement(const ParseTree& tree);

}  // namespace leasehold::router
