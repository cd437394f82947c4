// SET TRANSACTION without a scope, and SET @@transaction_isolation: for the next transaction alone. The
// session remembers it and tells the tablets that take part. Thread: the worker's. Source: dev.mysql.com "SET
// TRANSACTION Statement".
#pragma once

#include <optional>
#include <string>

#include "proxy/session.h"
#include "router/plan.h"

namespace leasehold::proxy {

// Whether that is all the statement does.
bool sets_next_transaction(const router::Plan& plan);
net::Task<Flow> run_set_next_transaction(Session& session, const router::Plan& plan);

// "ISOLATION LEVEL READ COMMITTED", "READ ONLY": what an assignment means behind SET TRANSACTION. Nothing for
// a value that the variable cannot have, or that is not written out.
std::optional<std::string> transaction_characteristic(const router::Assignment& assignment);

// `known`, separated by commas, without the one of a kind; with another in its place.
std::string without_characteristic(const std::string& known, bool isolation);
std::string with_characteristic(const std::string& known, const std::string& one);

}  // namespace leasehold::proxy
