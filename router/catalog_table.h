// One table of information_schema as a keyspace's client is to see it: a derived table with the same columns,
// in which keyspaces stand in place of databases, and rows and bytes are those of all shards. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "router/catalog_columns.h"
#include "router/needs.h"

namespace leasehold::router {

// A database on the tablet that is asked, and the keyspace that it belongs to.
struct CatalogName {
    std::string database;
    std::string keyspace;
};

// What every statement to a tablet's information_schema depends on.
struct CatalogView {
    const CatalogTables* tables = nullptr;
    std::vector<CatalogName> names;  // those that the user may see; the keyspace that is asked comes first
    bool renames = false;            // false: names are shown as they are, and all of them
    // Headings of columns: as statements spell them (MariaDB); false: as the tables do (MySQL).
    bool headings_as_written = true;
    // Of the first of `names`, with one row a table (catalog_statistics.h); unset: the tablet's own are
    // right.
    std::optional<std::vector<TextRow>> table_sums;
    std::optional<std::vector<TextRow>> partition_sums;
};

// Names of columns in lower case; unset: all of the table's are wanted.
using WantedColumns = std::optional<std::set<std::string, std::less<>>>;

// "(SELECT ... FROM information_schema.TABLES ...)"; nothing: the table is right as it is, or there is none
// of that name (any case). What servers have to find out for a column nobody wants they do not find out.
std::optional<std::string> catalog_derived_table(const CatalogView& view, std::string_view table,
                                                 const WantedColumns& wanted);

}  // namespace leasehold::router
