#include "router/explain_lookups.h"

#include "router/entry_changes.h"

namespace leasehold::router {
namespace {

std::string line(const std::string& name, const std::string& text) {
    return name + ": " + text + "\n";
}

std::string inserted(const OwnedLookups& owned, const InsertedRows& inserted) {
    std::string text;
    for (std::size_t i = 0; i < owned.lookups.size(); ++i) {
        std::vector<LookupEntry> entries;
        for (const InsertedRow& row : inserted.rows) {
            if (row.values[i].kind == GivenValue::Kind::literal)
                entries.push_back({row.values[i].sql, row.id});
        }
        const std::string name = "lookup " + owned.lookups[i].vindex;
        if (!entries.empty()) text += line(name, insert_entries(owned.lookups[i], entries));
    }
    return text;
}

}  // namespace

std::string lookups_before(const LookupUpkeep& upkeep) {
    std::string text;
    if (const auto* rows = std::get_if<InsertedRows>(&upkeep.rows)) {
        for (const EntryCheck& check : rows->checks) text += line("lookup checked", check.sql);
        return upkeep.owned == nullptr ? text : text + inserted(*upkeep.owned, *rows);
    }
    const ChangedRows& rows = std::get<ChangedRows>(upkeep.rows);
    text = line("lookup rows", rows.sql);
    for (std::size_t i = 0; i < upkeep.owned->lookups.size(); ++i) {
        const LookupUse& use = upkeep.owned->lookups[i];
        if (rows.deletes || rows.assigned[i])
            text += line("lookup " + use.vindex, "entries of these rows go from " + use.table);
    }
    return text;
}

std::string lookups_after(const LookupUpkeep& upkeep) {
    const auto* rows = std::get_if<ChangedRows>(&upkeep.rows);
    if (rows == nullptr || rows->deletes) return {};
    std::string text;
    for (std::size_t i = 0; i < upkeep.owned->lookups.size(); ++i) {
        const LookupUse& use = upkeep.owned->lookups[i];
        if (rows->assigned[i])
            text += line("lookup " + use.vindex, "entries of the new values come to " + use.table);
    }
    return text;
}

std::string lookups_of(const OwnedLookups& owned) {
    std::string text;
    for (const LookupUse& use : owned.lookups)
        text += line("lookup " + use.vindex, "entries in " + use.table + " follow the rows");
    return text;
}

}  // namespace leasehold::router
