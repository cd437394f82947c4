// Lines of EXPLAIN ROUTE about the entries of lookups that follow their rows. Pure.
#pragma once

#include <string>

#include "router/lookup_upkeep.h"

namespace leasehold::router {

// What is done before the shards get the statement, and after it.
std::string lookups_before(const LookupUpkeep& upkeep);
std::string lookups_after(const LookupUpkeep& upkeep);

// Of a gathered change.
std::string lookups_of(const OwnedLookups& owned);

}  // namespace leasehold::router
