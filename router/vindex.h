// A vindex maps a row's column values to the keyspace id that says which shard holds the row. Byte for byte
// as Vitess (https://vitess.io/docs/reference/features/vindexes/). Immutable; any thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "router/key_range.h"

namespace leasehold::router {

// Where the rows that have a value can be.
struct NoShard {};    // no row can have it
struct AllShards {};  // the value does not tell: MySQL may convert it to one that some row has
using Destination = std::variant<NoShard, AllShards, KeyspaceId, KeyRange>;

struct LookupTable;  // router/vindex_lookup.h

class Vindex {
  public:
    virtual ~Vindex() = default;

    // A unique vindex maps a value to at most one keyspace id.
    virtual bool unique() const { return true; }
    // Vitess's scale: 0 identity, 1 a function, 10 and 20 a lookup. The planner takes the cheapest.
    virtual int cost() const = 0;
    // How many columns make its key.
    virtual std::size_t columns() const { return 1; }
    // Whether map() takes the first of its columns without the others.
    virtual bool partial() const { return false; }

    // Where rows are whose columns equal `key` (one value a column) in MySQL's sense of `=`.
    virtual Destination map(std::span<const SqlValue> key) const = 0;
    // The keyspace id of a row that is being inserted; unset where it cannot be one (NULL, text that is no
    // number).
    virtual std::optional<KeyspaceId> place(std::span<const SqlValue> key) const;

    // Set: a table has the keyspace ids, and map() knows nothing of them.
    virtual const LookupTable* lookup() const { return nullptr; }

    // The column's value for a keyspace id, for the vindexes that can tell; a view into `keyspace_id` when
    // text.
    virtual std::optional<SqlValue> reverse(std::string_view keyspace_id) const;
};

using VindexParams = std::map<std::string, std::string>;

// Makes a vindex of a type. Errors: 1105 for an unknown type (with the known ones), and for unknown or wrong
// parameters, whose message begins with the parameter: "params.json: ...".
Result<std::shared_ptr<const Vindex>> make_vindex(std::string_view type, const VindexParams& params);

std::vector<std::string_view> vindex_types();

}  // namespace leasehold::router
