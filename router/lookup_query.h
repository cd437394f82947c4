// What a lookup table is asked: the keyspace ids, in hex, of rows that equal one of some values. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"
#include "router/key_range.h"
#include "router/sql/sql_mode.h"
#include "router/vindex_lookup.h"

namespace leasehold::router {

class LookupQuery {
  public:
    // `keyspace`: of the table whose vindex it is.
    LookupQuery(const LookupTable& table, std::string_view keyspace, SqlMode mode);

    // NULL equals nothing and is passed over. False: a value that cannot be written again surely.
    bool add(const SqlValue& value);
    // Nothing when all values were NULL.
    std::optional<std::string> text() const;

  private:
    std::string head_;
    std::string values_;
    SqlMode mode_;
};

// Of a value in the answer. Unset: it is none.
std::optional<KeyspaceId> keyspace_id_of(std::string_view hex);

}  // namespace leasehold::router
