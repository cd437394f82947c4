// A keyspace's VSchema as it stands in the file: Vitess's fields and words
// (vitess.io/docs/reference/features/vschema), checked for shape and for names within it. What a vindex type
// means is the router's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/source_line.h"

namespace leasehold::config {

struct VSchemaVindex {
    std::string name;
    std::string type;                                         // "hash", "xxhash", "lookup_unique", ...
    std::vector<std::pair<std::string, std::string>> params;  // in the order of the file
    std::string owner;                                        // the table that owns a lookup vindex, or empty
    SourceLine line;

    bool operator==(const VSchemaVindex&) const = default;
};

struct VSchemaColumnVindex {
    std::string vindex;                // `name` in the file
    std::vector<std::string> columns;  // never empty; `column` in the file makes one
    SourceLine line;

    bool operator==(const VSchemaColumnVindex&) const = default;
};

struct VSchemaColumn {
    std::string name;
    std::string type;            // "INT64", "VARCHAR", ...; empty: not said
    std::string collation_name;  // empty: not said
    bool invisible = false;

    bool operator==(const VSchemaColumn&) const = default;
};

struct VSchemaAutoIncrement {
    std::string column;
    std::string sequence;  // "table" or "keyspace.table"

    bool operator==(const VSchemaAutoIncrement&) const = default;
};

struct VSchemaTable {
    enum class Type : std::uint8_t { normal, sequence, reference };
    std::string name;
    Type type = Type::normal;
    std::vector<VSchemaColumnVindex> column_vindexes;  // the first is the primary vindex
    std::optional<VSchemaAutoIncrement> auto_increment;
    std::vector<VSchemaColumn> columns;
    bool column_list_authoritative = false;
    std::string pinned;  // hexadecimal keyspace id, or empty
    std::string source;  // of a reference table: "keyspace.table", or empty
    SourceLine line;

    bool operator==(const VSchemaTable&) const = default;
};

struct VSchema {
    bool sharded = false;
    bool require_explicit_routing = false;
    std::string foreign_key_mode;         // as written; empty: not said
    std::vector<VSchemaVindex> vindexes;  // in the order of the file
    std::vector<VSchemaTable> tables;     // in the order of the file
    std::string file;  // where the lines count: the configuration itself or the vschema's own file

    bool operator==(const VSchema&) const = default;
};

}  // namespace leasehold::config
