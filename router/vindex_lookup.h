// Vindexes whose keyspace ids stand in a table: lookup, lookup_unique, consistent_lookup and
// consistent_lookup_unique, with Vitess's parameters (https://vitess.io/docs/reference/features/vindexes/).
// Asking the table is I/O, so a route asks for its rows as a value (router/needs.h). Immutable; any thread.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "router/vindex.h"

namespace leasehold::router {

struct LookupTable {
    std::string keyspace;  // empty: that of the statement's table
    std::string table;
    std::string from;  // the column that has the values
    std::string to;    // the column that has the keyspace ids
    // The table is still being filled: it is kept up to date, but a row may be on any shard.
    bool write_only = false;
    // Rows of a table that does not own the vindex are inserted without a look whether the entry is there.
    bool no_verify = false;
    // A row whose value is NULL has no entry; otherwise such a row is refused.
    bool ignore_nulls = false;
    bool unique = false;
    // An entry without a row does not stand in the way of a new one.
    bool consistent = false;
};

inline constexpr std::array<std::string_view, 4> lookup_types = {
    "consistent_lookup", "consistent_lookup_unique", "lookup", "lookup_unique"};
bool is_lookup(std::string_view type);

// Errors: 1105 for parameters that are missing, unknown, or of a value that is not supported.
Result<std::shared_ptr<const Vindex>> make_lookup(std::string_view type, const VindexParams& params);

}  // namespace leasehold::router
