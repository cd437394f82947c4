// How a keyspace's tables are sharded: the fields and meaning of Vitess's VSchema
// (https://vitess.io/docs/reference/features/vschema/). Plain data; read from configuration, checked by
// problems().
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace leasehold::router {

struct VindexSpec {
    std::string type;  // "hash", "xxhash", ...
    std::map<std::string, std::string> params;
    std::string owner;  // the table that maintains a lookup vindex; empty: none
};

// Rows are placed by the first ColumnVindex of their table (the primary one).
struct ColumnVindex {
    std::string name;                  // of the vindex
    std::vector<std::string> columns;  // one, or several for a multi-column vindex
};

struct AutoIncrement {
    std::string column;
    std::string sequence;  // "table" or "keyspace.table"
};

struct ColumnSpec {
    std::string name;
    std::string type;  // MySQL's name of the type; empty: not said
};

enum class TableType { sharded, reference, sequence };  // JSON: "", "reference", "sequence"

struct TableSpec {
    TableType type = TableType::sharded;
    std::string source;  // of a reference table: where writes go; empty: every shard
    std::vector<ColumnVindex> column_vindexes;
    std::optional<AutoIncrement> auto_increment;
    std::vector<ColumnSpec> columns;
    bool column_list_authoritative = false;
    std::string pinned;  // hex keyspace id: every row is on that id's shard
};

struct VSchema {
    bool sharded = false;
    bool require_explicit_routing = false;
    std::map<std::string, VindexSpec> vindexes;
    std::map<std::string, TableSpec> tables;  // names are case sensitive, as in Vitess
};

// Everything that is wrong, each with its path: "tables.customer.column_vindexes[0].name: ...". Empty: sound.
std::vector<std::string> problems(const VSchema& vschema);

}  // namespace leasehold::router
