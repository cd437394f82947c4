// The entries of a lookup table, and the statements that insert, delete and check them. They are planned like
// a client's, so that the table may be sharded itself. Pure.
#pragma once

#include <compare>
#include <span>
#include <string>
#include <string_view>

#include "base/value.h"
#include "router/key_range.h"
#include "router/lookup_owner.h"
#include "router/sql/sql_mode.h"

namespace leasehold::router {

struct LookupEntry {
    std::string value;  // a literal, never NULL
    KeyspaceId id;

    auto operator<=>(const LookupEntry&) const = default;
};

// A statement for no more than this many entries at once.
inline constexpr std::size_t entries_a_statement = 500;

// `entries`: at least one. Rows of one id may share an entry where the lookup is not unique.
std::string insert_entries(const LookupUse& lookup, std::span<const LookupEntry> entries);
std::string delete_entries(const LookupUse& lookup, std::span<const LookupEntry> entries);
// One entry, unless its value has one. Affects a row where it is new.
std::string claim_entry(const LookupUse& lookup, const LookupEntry& entry);
// The keyspace ids that a value has, in hex.
std::string ids_of_value(const LookupUse& lookup, std::string_view value);
// Gives a row where the entry is there.
std::string find_entry(const LookupUse& lookup, const LookupEntry& entry);

// A value of a statement as a literal of the session's own character set and sql_mode. NULL: "NULL".
std::string entry_literal(const SqlValue& value, SqlMode mode);

}  // namespace leasehold::router
