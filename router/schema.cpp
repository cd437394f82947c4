#include "router/schema.h"

#include <algorithm>
#include <utility>

#include "router/sql/fold.h"

namespace leasehold::router {

bool SchemaTable::names_column(std::string_view lower_case) const {
    if (std::ranges::find(columns, lower_case) != columns.end()) return true;
    if (auto_increment && auto_increment->column == lower_case) return true;
    return std::ranges::any_of(vindexes, [&](const TableVindex& use) {
        return std::ranges::find(use.columns, lower_case) != use.columns.end();
    });
}

KeyspaceSchema::KeyspaceSchema(const Keyspace& keyspace, std::uint16_t index)
    : keyspace_(&keyspace), index_(index) {
    for (const auto& [name, spec] : keyspace.vschema.vindexes) {
        if (Result<std::shared_ptr<const Vindex>> vindex = make_vindex(spec.type, spec.params)) {
            vindexes_[name] = *vindex;
        }
    }
    for (const auto& [name, spec] : keyspace.vschema.tables) tables_.emplace(name, make_table(name, spec));
}

SchemaTable KeyspaceSchema::make_table(const std::string& name, const TableSpec& spec) const {
    SchemaTable table;
    table.name = name;
    table.type = spec.type;
    table.source = spec.source;
    table.auto_increment = spec.auto_increment;
    if (table.auto_increment) table.auto_increment->column = to_lower(table.auto_increment->column);
    table.columns_complete = spec.column_list_authoritative && !spec.columns.empty();
    for (const ColumnSpec& column : spec.columns) table.columns.push_back(to_lower(column.name));
    for (const ColumnVindex& use : spec.column_vindexes) {
        TableVindex& added = table.vindexes.emplace_back();
        added.name = use.name;
        for (const std::string& column : use.columns) added.columns.push_back(to_lower(column));
        added.vindex = find_vindex(use.name);
    }
    if (!spec.pinned.empty()) {
        if (const std::optional<std::string> id = from_hex(spec.pinned)) table.pinned = shard_of(*id);
    }
    return table;
}

std::shared_ptr<const Vindex> KeyspaceSchema::find_vindex(std::string_view name) const {
    const auto found = vindexes_.find(name);
    return found == vindexes_.end() ? nullptr : found->second;
}

const SchemaTable* KeyspaceSchema::find_table(std::string_view name) const {
    const auto found = tables_.find(name);
    return found == tables_.end() ? nullptr : &found->second;
}

std::optional<SequenceRef> KeyspaceSchema::sequence_ref(std::string_view name, bool named) const {
    const SchemaTable* const table = find_table(name);
    const bool known = table != nullptr && table->type == TableType::sequence;
    if (!known && (table != nullptr || sharded() || !named || shard_count() == 0)) return std::nullopt;
    if (known && sharded() && !table->pinned) return std::nullopt;
    return SequenceRef{index_, known ? table->pinned.value_or(0) : std::uint16_t{0}, std::string(name)};
}

void KeyspaceSchema::resolve_sequences(const std::vector<KeyspaceSchema>& keyspaces) {
    for (auto& [name, table] : tables_) {
        if (!table.auto_increment) continue;
        const std::string_view sequence = table.auto_increment->sequence;
        const std::size_t dot = sequence.find('.');
        if (dot != std::string_view::npos) {
            for (const KeyspaceSchema& keyspace : keyspaces) {
                if (keyspace.keyspace().name == sequence.substr(0, dot))
                    table.sequence = keyspace.sequence_ref(sequence.substr(dot + 1), true);
            }
            continue;
        }
        table.sequence = sequence_ref(sequence, false);
        for (std::size_t i = 0; i < keyspaces.size() && !table.sequence; ++i) {
            table.sequence = keyspaces[i].sequence_ref(sequence, false);
        }
    }
}

std::uint16_t KeyspaceSchema::shard_of(std::string_view keyspace_id) const {
    const std::vector<Shard>& shards = keyspace_->shards;
    const auto after =
        std::upper_bound(shards.begin() + 1, shards.end(), keyspace_id,
                         [](std::string_view id, const Shard& shard) { return id < shard.range.start; });
    return static_cast<std::uint16_t>(after - shards.begin() - 1);
}

std::vector<std::uint16_t> KeyspaceSchema::shards_of(const KeyRange& range) const {
    std::vector<std::uint16_t> found;
    for (std::uint16_t i = 0; i < shard_count(); ++i) {
        const KeyRange& shard = keyspace_->shards[i].range;
        const bool starts_before_end = range.end.empty() || shard.start < range.end;
        const bool ends_after_start = shard.end.empty() || range.start < shard.end;
        if (starts_before_end && ends_after_start) found.push_back(i);
    }
    return found;
}

Schema::Schema(std::shared_ptr<const Topology> topology) : topology_(std::move(topology)) {
    keyspaces_.reserve(topology_->keyspaces.size());
    for (std::size_t i = 0; i < topology_->keyspaces.size(); ++i) {
        keyspaces_.emplace_back(topology_->keyspaces[i], static_cast<std::uint16_t>(i));
    }
    for (KeyspaceSchema& keyspace : keyspaces_) keyspace.resolve_sequences(keyspaces_);
}

const KeyspaceSchema* Schema::find_keyspace(std::string_view name) const {
    const std::optional<std::uint16_t> index = topology_->find_keyspace(name);
    return index ? &keyspaces_[*index] : nullptr;
}

}  // namespace leasehold::router
