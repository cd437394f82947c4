#include "router/explain_lookups.h"

#include "router/entry_changes.h"

namespace leasehold::router {
namespace {

std::string line(const std::string& name, const std::string& text) {
    return name + ": " + text + "\n";
}

std::string one_by_one(InsertedRows::Form form) {
    switch (form) {
        case InsertedRows::Form::ignore:
            return "row by row: its entry in ";
        case InsertedRows::Form::replace:
            return "row by row: entries of the rows that it replaces and its own in ";
        case InsertedRows::Form::update:
            return "row by row: its entry, or those of the row that it updates, in ";
        default:
            return "row by row, by the row that came of it: its entry in ";
    }
}

std::string inserted(const OwnedLookups& owned, const InsertedRows& inserted) {
    std::string text;
    for (const LookupUse& use : owned.lookups) {
        const std::string name = "lookup " + use.vindex;
        if (inserted.form != InsertedRows::Form::at_once) {
            text += line(name, one_by_one(inserted.form) + use.table);
            continue;
        }
        std::vector<LookupEntry> entries;
        for (const InsertedRow& row : inserted.rows) {
            const GivenValue value = inserted.value_of(row, use.column);
            if (value.kind == GivenValue::Kind::literal) entries.push_back({value.sql, row.id});
        }
        if (!entries.empty()) text += line(name, insert_entries(use, entries));
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
