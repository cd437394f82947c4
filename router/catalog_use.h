// What a statement wants to know of the servers' own tables of tables. Plain data.
#pragma once

#include <cstdint>

namespace leasehold::router {

enum class CatalogUse : std::uint8_t {
    none,
    names,       // information_schema: databases' names are to be the keyspaces'
    tables,      // and rows and bytes of tables, which every shard has a part of
    partitions,  // the same of partitions
    tables_and_partitions,
};

constexpr bool sums_tables(CatalogUse use) {
    return use == CatalogUse::tables || use == CatalogUse::tables_and_partitions;
}
constexpr bool sums_partitions(CatalogUse use) {
    return use == CatalogUse::partitions || use == CatalogUse::tables_and_partitions;
}

}  // namespace leasehold::router
