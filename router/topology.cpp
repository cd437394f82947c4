#include "router/topology.h"

#include <algorithm>
#include <utility>

#include "router/sql/fold.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

template <typename T>
std::optional<std::uint16_t> index_of(const std::vector<T>& named, std::string_view name) {
    const auto found = std::ranges::find(named, name, &T::name);
    if (found == named.end()) return std::nullopt;
    return static_cast<std::uint16_t>(found - named.begin());
}

std::optional<TabletType> parse_tablet_type(std::string_view text) {
    for (const TabletType type : {TabletType::primary, TabletType::replica}) {
        if (text == to_string(type)) return type;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::uint16_t> Keyspace::find_shard(std::string_view shard_name) const {
    return index_of(shards, shard_name);
}

std::optional<std::uint16_t> Topology::find_keyspace(std::string_view name) const {
    return index_of(keyspaces, name);
}

std::optional<std::uint16_t> Topology::home_of_other_databases(std::string_view current) const {
    const auto chosen = find_keyspace(current);
    if (chosen && keyspaces[*chosen].other_databases) return chosen;
    const auto first = std::ranges::find(keyspaces, true, &Keyspace::other_databases);
    if (first == keyspaces.end()) return std::nullopt;
    return static_cast<std::uint16_t>(first - keyspaces.begin());
}

std::variant<Keyspace, std::vector<std::string>> make_keyspace(std::string name, std::string database,
                                                               const std::vector<std::string>& shard_names,
                                                               VSchema vschema) {
    std::vector<std::string> found = problems(vschema);
    Keyspace keyspace{std::move(name), std::move(database), {}, std::move(vschema)};
    bool names_hold = true;
    for (const std::string& shard_name : shard_names) {
        Result<KeyRange> range = parse_key_range(shard_name);
        if (range) {
            keyspace.shards.push_back({shard_name, std::move(*range)});
        } else {
            found.push_back("shards: " + range.error().message);
            names_hold = false;
        }
    }
    std::ranges::stable_sort(keyspace.shards, {}, [](const Shard& shard) { return shard.range.start; });
    if (names_hold) {
        std::vector<KeyRange> ranges;
        for (const Shard& shard : keyspace.shards) ranges.push_back(shard.range);
        for (const std::string& problem : coverage_problems(ranges)) found.push_back("shards: " + problem);
    }
    if (!keyspace.vschema.sharded && shard_names.size() > 1) {
        found.push_back(
            "shards: an unsharded keyspace has one shard; several need \"sharded: true\" in the vschema");
    }
    if (!found.empty()) return found;
    return keyspace;
}

namespace {

// dev.mysql.com "The mysql System Schema" and the chapters beside it.
constexpr std::string_view system_schemas[] = {"information_schema", "mysql", "performance_schema", "sys"};

// "name" or "name@type" of a schema that is no keyspace.
Result<Target> schema_of_tablet(std::string_view text, std::string_view name, TabletType type,
                                const Target& current, const Topology& topology) {
    for (const std::string_view schema : system_schemas) {
        if (!equal_folded(text, schema)) continue;
        const std::size_t keyspace = topology.find_keyspace(current.keyspace).value_or(0);
        if (keyspace >= topology.keyspaces.size() || topology.keyspaces[keyspace].shards.empty()) break;
        const Keyspace& of = topology.keyspaces[keyspace];
        const std::string shard = current.shard.value_or(of.shards.front().name);
        return Target{of.name, shard, current.type, std::string(schema)};
    }
    const auto home = topology.home_of_other_databases(current.keyspace);
    if (!home || name.empty() || topology.keyspaces[*home].shards.empty()) return unknown_database(text);
    const Keyspace& of = topology.keyspaces[*home];
    return Target{of.name, of.shards.front().name, type, std::string(name)};
}

}  // namespace

Result<Target> parse_target(std::string_view text, const Target& current, const Topology& topology) {
    Target target;
    std::string_view rest = text;
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        const std::optional<TabletType> type = parse_tablet_type(rest.substr(at + 1));
        if (!type) return unknown_database(text);
        target.type = *type;
        rest = rest.substr(0, at);
        if (rest.empty()) {
            target.keyspace = current.keyspace;
            target.shard = current.shard;
            return target;
        }
    }
    const std::size_t split = rest.find_last_of(":/");
    const std::string_view keyspace_name = rest.substr(0, split);
    const std::optional<std::uint16_t> keyspace = topology.find_keyspace(keyspace_name);
    if (!keyspace) {
        const std::string_view name = split == std::string_view::npos ? rest : std::string_view();
        return schema_of_tablet(text, name, target.type, current, topology);
    }
    target.keyspace = keyspace_name;
    if (split != std::string_view::npos) {
        target.shard = std::string(rest.substr(split + 1));
        if (!topology.keyspaces[*keyspace].find_shard(*target.shard)) return unknown_database(text);
    }
    return target;
}

bool in_other_database(const Target& target) {
    if (target.schema.empty() || target.schema == no_schema) return false;
    return std::ranges::find(system_schemas, target.schema) == std::end(system_schemas);
}

std::string to_string(const Target& target) {
    if (target.schema == no_schema) return {};
    if (!target.schema.empty()) {
        const bool typed = in_other_database(target) && target.type != TabletType::primary;
        return target.schema + (typed ? "@" + std::string(to_string(target.type)) : "");
    }
    std::string text = target.keyspace;
    if (target.shard) text += ":" + *target.shard;
    if (target.type != TabletType::primary) text += "@" + std::string(to_string(target.type));
    return text;
}

}  // namespace leasehold::router
