#include "router/entry_changes.h"

#include <cstdint>

namespace leasehold::router {
namespace {

constexpr std::uint16_t bad_null = 1048;  // ER_BAD_NULL_ERROR

std::size_t size_of(const LookupEntry& entry) {
    return sizeof(entry) + entry.value.size() + entry.id.size();
}

}  // namespace

Result<void> EntryChanges::add(std::size_t lookup, const RowImage& row) {
    const LookupUse& use = owned_.lookups[lookup];
    const std::optional<std::string>& value = row.values[lookup];
    if (!value) {
        if (use.ignore_nulls) return {};
        return Error(bad_null,
                     "Column '" + use.column + "' cannot be null: lookup vindex " + use.vindex +
                         " is without ignore_nulls",
                     "23000");
    }
    bytes_ += size_of(of_[lookup].added.emplace_back(LookupEntry{*value, row.id}));
    return {};
}

void EntryChanges::remove_entry(std::size_t lookup, const RowImage& row) {
    const std::optional<std::string>& value = row.values[lookup];
    if (!value) return;
    bytes_ += size_of(of_[lookup].removed.emplace_back(LookupEntry{*value, row.id}));
    if (owned_.lookups[lookup].unique) return;
    of_[lookup].sharing.push_back(row);
    bytes_ += sizeof(row) + row.id.size();
    for (const std::string& literal : row.key) bytes_ += sizeof(literal) + literal.size();
    for (const auto& literal : row.values) bytes_ += sizeof(literal) + (literal ? literal->size() : 0);
}

Result<void> EntryChanges::add_row(const RowImage& after) {
    for (std::size_t i = 0; i < of_.size(); ++i) {
        const Result<void> added = add(i, after);
        if (!added) return added;
    }
    return {};
}

void EntryChanges::remove_row(const RowImage& before) {
    for (std::size_t i = 0; i < of_.size(); ++i) remove_entry(i, before);
}

Result<void> EntryChanges::change_row(const RowImage& before, const RowImage& after) {
    for (std::size_t i = 0; i < of_.size(); ++i) {
        if (before.id == after.id && before.values[i] == after.values[i]) continue;
        remove_entry(i, before);
        const Result<void> added = add(i, after);
        if (!added) return added;
    }
    return {};
}

}  // namespace leasehold::router
