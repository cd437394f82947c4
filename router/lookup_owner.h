// The lookup vindexes whose entries Leasehold keeps as the rows of a table come, change and go: those that
// the table owns, and what stands against keeping them. Pure. Internal to the planner, but for the types.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "router/analysis.h"
#include "router/row_place.h"
#include "router/schema.h"

namespace leasehold::router {

// A lookup vindex of a table and the table of its entries.
struct LookupUse {
    std::string vindex;
    std::string column;  // of the rows; lower case
    std::string table;   // of the entries, qualified by its keyspace, quoted like the columns
    std::string from;    // the column of values
    std::string to;      // the column of keyspace ids
    bool unique = false;
    bool consistent = false;    // an entry without a row does not stand in the way
    bool ignore_nulls = false;  // a row without a value has no entry; otherwise it is an error
};

// The lookups that a table owns, with what their entries are made from.
struct OwnedLookups {
    RowPlace place;
    std::string rows;  // the table, qualified by its database, quoted
    std::vector<LookupUse> lookups;

    std::size_t bytes() const;
};

// Null: it owns none.
std::shared_ptr<const OwnedLookups> owned_lookups(const std::shared_ptr<const Schema>& schema,
                                                  const KeyspaceSchema& keyspace, const SchemaTable& table);

bool owns_lookup(const KeyspaceSchema& keyspace, const SchemaTable& table, const TableVindex& use);

// The lookups of others whose entries have to be there before a row is inserted.
std::vector<LookupUse> verified_lookups(const KeyspaceSchema& keyspace, const SchemaTable& table);

// Whether rows may get another keyspace id or another value of `column` (lower case): every vindex that has
// the column is the primary one or owned, and with the primary one all others have to be owned.
bool can_change(const KeyspaceSchema& keyspace, const SchemaTable& table, std::string_view column);

}  // namespace leasehold::router
