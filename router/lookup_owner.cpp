#include "router/lookup_owner.h"

#include "router/unsupported.h"
#include "router/vindex_lookup.h"

namespace leasehold::router {
namespace {

bool owns(const KeyspaceSchema& keyspace, const SchemaTable& table, const TableVindex& use) {
    const auto& vindexes = keyspace.keyspace().vschema.vindexes;
    const auto spec = vindexes.find(use.name);
    return spec != vindexes.end() && spec->second.owner == table.name;
}

const LookupTable* lookup_of(const TableVindex& use) {
    return use.vindex == nullptr ? nullptr : use.vindex->lookup();
}

}  // namespace

std::optional<std::string> lookup_obstacle_of_insert(const KeyspaceSchema& keyspace,
                                                     const SchemaTable& table) {
    for (const TableVindex& use : table.vindexes) {
        const LookupTable* const lookup = lookup_of(use);
        if (lookup == nullptr) continue;
        if (owns(keyspace, table, use)) return "which owns lookup vindex " + use.name;
        if (!lookup->no_verify) return "whose lookup vindex " + use.name + " is without no_verify";
    }
    return std::nullopt;
}

std::optional<Error> check_lookups_of_delete(const KeyspaceSchema& keyspace, const Analysis& analysis) {
    for (const TableInstance& instance : analysis.instances) {
        for (const TableVindex& use : instance.table->vindexes) {
            if (lookup_of(use) == nullptr || !owns(keyspace, *instance.table, use)) continue;
            return unsupported_when_sharded(
                "DELETE from " + instance.table->name + ", which owns lookup vindex " + use.name, keyspace);
        }
    }
    return std::nullopt;
}

std::optional<Error> check_lookups_of_move(const KeyspaceSchema& keyspace, const Analysis& analysis) {
    for (const TableInstance& instance : analysis.instances) {
        for (const TableVindex& use : instance.table->vindexes) {
            if (lookup_of(use) == nullptr) continue;
            return unsupported_when_sharded(
                "UPDATE that moves rows of " + instance.table->name + ", which has lookup vindex " + use.name,
                keyspace);
        }
    }
    return std::nullopt;
}

}  // namespace leasehold::router
