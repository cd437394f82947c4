// The error of SQL that the router does not reach: 1105 with a text that says what and where.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "router/schema.h"

namespace leasehold::router {

// "unsupported: WHAT"
Error unsupported(std::string_view what);

// "unsupported: WHAT (keyspace customer is sharded)"
Error unsupported_when_sharded(std::string_view what, const KeyspaceSchema& keyspace);

// "unsupported: WHAT over several shards (keyspace customer, 2 shards)"
Error unsupported_over_shards(std::string_view what, const KeyspaceSchema& keyspace);

// A session without a keyspace: MySQL's 1046.
Error no_database();

// MySQL's 1049.
Error unknown_database(std::string_view name);

}  // namespace leasehold::router
