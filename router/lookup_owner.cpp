#include "router/lookup_owner.h"

#include <algorithm>

#include "router/table_definition.h"
#include "router/vindex_lookup.h"

namespace leasehold::router {
namespace {

const LookupTable* lookup_of(const TableVindex& use) {
    return use.vindex == nullptr ? nullptr : use.vindex->lookup();
}

LookupUse use_of(const KeyspaceSchema& keyspace, const TableVindex& use) {
    const LookupTable& lookup = *lookup_of(use);
    LookupUse made;
    made.vindex = use.name;
    made.column = use.columns.front();
    made.table =
        quote_name(lookup.keyspace.empty() ? std::string_view(keyspace.keyspace().name) : lookup.keyspace) +
        "." + quote_name(lookup.table);
    made.from = quote_name(lookup.from);
    made.to = quote_name(lookup.to);
    made.unique = lookup.unique;
    made.consistent = lookup.consistent;
    made.ignore_nulls = lookup.ignore_nulls;
    return made;
}

bool has_column(const TableVindex& use, std::string_view column) {
    return std::ranges::find(use.columns, column) != use.columns.end();
}

}  // namespace

std::size_t OwnedLookups::bytes() const {
    constexpr std::size_t names = 160;
    return sizeof(*this) + rows.size() + lookups.size() * (sizeof(LookupUse) + names);
}

bool owns_lookup(const KeyspaceSchema& keyspace, const SchemaTable& table, const TableVindex& use) {
    if (lookup_of(use) == nullptr) return false;
    const auto& vindexes = keyspace.keyspace().vschema.vindexes;
    const auto spec = vindexes.find(use.name);
    return spec != vindexes.end() && spec->second.owner == table.name;
}

std::shared_ptr<const OwnedLookups> owned_lookups(const std::shared_ptr<const Schema>& schema,
                                                  const KeyspaceSchema& keyspace, const SchemaTable& table) {
    std::vector<LookupUse> lookups;
    for (const TableVindex& use : table.vindexes) {
        if (owns_lookup(keyspace, table, use)) lookups.push_back(use_of(keyspace, use));
    }
    if (lookups.empty()) return nullptr;
    return std::make_shared<const OwnedLookups>(OwnedLookups{
        RowPlace(schema, keyspace, table),
        quote_name(keyspace.keyspace().database) + "." + quote_name(table.name), std::move(lookups)});
}

std::vector<LookupUse> verified_lookups(const KeyspaceSchema& keyspace, const SchemaTable& table) {
    std::vector<LookupUse> lookups;
    for (const TableVindex& use : table.vindexes) {
        const LookupTable* const lookup = lookup_of(use);
        if (lookup == nullptr || owns_lookup(keyspace, table, use)) continue;
        // As in Vitess: while a lookup is being filled it cannot answer.
        if (!lookup->no_verify && !lookup->write_only) lookups.push_back(use_of(keyspace, use));
    }
    return lookups;
}

bool can_change(const KeyspaceSchema& keyspace, const SchemaTable& table, std::string_view column) {
    for (std::size_t i = 0; i < table.vindexes.size(); ++i) {
        const TableVindex& use = table.vindexes[i];
        if (use.vindex == nullptr) return false;
        if (i == 0 && has_column(use, column)) {
            return std::all_of(table.vindexes.begin() + 1, table.vindexes.end(),
                               [&](const TableVindex& other) { return owns_lookup(keyspace, table, other); });
        }
        if (has_column(use, column) && !owns_lookup(keyspace, table, use)) return false;
    }
    return true;
}

}  // namespace leasehold::router
