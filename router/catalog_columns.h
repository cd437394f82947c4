// The tables of a server's information_schema. Plain data.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace leasehold::router {

// By the tables' names in lower case: name and columns as the server spells them.
struct CatalogTable {
    std::string name;
    std::vector<std::string> columns;
};
using CatalogTables = std::map<std::string, CatalogTable, std::less<>>;

}  // namespace leasehold::router
