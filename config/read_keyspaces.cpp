// Keyspaces, shards and tablets, with what each inherits from above.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "config/key_ranges.h"
#include "config/map_reader.h"
#include "config/quote.h"
#include "config/readers.h"

namespace leasehold::config {
namespace {

constexpr std::size_t max_identifier = 64;  // dev.mysql.com, "Identifier Length Limits"
constexpr std::size_t max_shards = 4'096;
constexpr std::array<std::string_view, 4> system_schemas{"information_schema", "mysql", "performance_schema",
                                                         "sys"};

void check_pool(const Context& context, const YamlNode& map, const std::string& path, const Pool& pool) {
    const YamlEntry* entry = map.find("pool");
    if (entry == nullptr || entry->value.kind != YamlNode::Kind::map) return;
    auto line_of = [entry](std::string_view key) -> const YamlEntry& {
        const YamlEntry* found = entry->value.find(key);
        return found == nullptr ? *entry : *found;
    };
    if (pool.reserved > pool.size) {
        context.problem(line_of("reserved"),
                        fmt::format("{}.pool.reserved is {} of a size of {}; expected at most size", path,
                                    pool.reserved, pool.size));
    }
    if (pool.min_idle > pool.size) {
        context.problem(line_of("min_idle"),
                        fmt::format("{}.pool.min_idle is {} of a size of {}; expected at most size", path,
                                    pool.min_idle, pool.size));
    }
}

void check_client_certificate(const Context& context, const YamlNode& map, const std::string& path,
                              const TabletTls& tls) {
    const YamlEntry* entry = map.find("tls");
    if (entry == nullptr || tls.cert.empty() == tls.key.empty()) return;
    context.problem(*entry,
                    fmt::format("{}.tls has {}; expected both or neither", path,
                                tls.key.empty() ? "a cert without its key" : "a key without its cert"));
}

// Reads the keys of TabletSettings from the map that `reader` stands on.
TabletLayer read_layer(MapReader& reader, const YamlNode& map, const std::string& path,
                       const TabletLayer& base) {
    TabletLayer layer = base;
    visit(reader, layer.settings);
    const YamlEntry* pool = map.find("pool");
    if (pool != nullptr) {
        layer.reserved_given = layer.reserved_given || pool->value.find("reserved") != nullptr;
        bool follows = !layer.reserved_given && pool->value.find("size") != nullptr;
        if (follows) layer.settings.pool.reserved = std::min(layer.settings.pool.size, Pool().reserved);
    }
    check_pool(reader.context(), map, path, layer.settings.pool);
    check_client_certificate(reader.context(), map, path, layer.settings.tls);
    return layer;
}

class KeyspaceReader {
  public:
    KeyspaceReader(const Context& context, const YamlEntry& entry, const TabletLayer& defaults)
        : context_(context), entry_(entry), defaults_(defaults), path_("keyspaces." + entry.key) {}

    Keyspace read() {
        Keyspace keyspace;
        keyspace.name = entry_.key;
        keyspace.database = entry_.key;
        keyspace.line.number = entry_.line;
        check_name();
        MapReader reader(context_, entry_.value, path_);
        reader.text(keyspace_database, keyspace.database);
        reader.flag(keyspace_other_databases, keyspace.other_databases);
        layer_ = read_layer(reader, entry_.value, path_, defaults_);
        const YamlEntry* shards = reader.take(keyspace_shards.name);
        if (const YamlEntry* vschema = reader.take(keyspace_vschema.name)) {
            keyspace.vschema = read_vschema(context_, vschema->value, path_ + ".vschema");
        }
        reader.finish();
        check_database(keyspace);
        check_other_databases(keyspace);
        if (shards == nullptr) {
            context_.problem(entry_,
                             path_ + " has no shards; expected shards: {\"-\": {primary: host:port}}");
        } else {
            keyspace.shards = read_shards(*shards);
            check_sharded(keyspace, *shards);
        }
        return keyspace;
    }

  private:
    void check_name() const {
        const std::string& name = entry_.key;
        bool fits = !name.empty() && name.size() <= max_identifier &&
                    name.find_first_of(":@/[]`.\\") == std::string::npos &&
                    std::all_of(name.begin(), name.end(),
                                [](char c) { return static_cast<unsigned char>(c) > 0x20; });
        if (!fits) {
            context_.problem(
                entry_, fmt::format("keyspace {} has no usable name; expected 1 to {} bytes without blanks "
                                    "and without any of : @ / [ ] ` . \\",
                                    quote(name), max_identifier));
        }
        if (std::find(system_schemas.begin(), system_schemas.end(), name) != system_schemas.end()) {
            context_.problem(
                entry_, fmt::format("keyspace {} has the name of a system schema; expected another, with "
                                    "database for the schema's name on the tablets",
                                    quote(name)));
        }
    }

    void check_database(const Keyspace& keyspace) const {
        const YamlEntry* entry = entry_.value.find(keyspace_database.name);
        if (entry == nullptr || entry->value.kind != YamlNode::Kind::scalar) return;
        if (!keyspace.database.empty() && keyspace.database.size() <= max_identifier) return;
        context_.problem(*entry, fmt::format("{}.database is {}; expected a schema's name of 1 to {} bytes",
                                             path_, quote(keyspace.database), max_identifier));
    }

    void check_other_databases(const Keyspace& keyspace) const {
        const YamlEntry* entry = entry_.value.find(keyspace_other_databases.name);
        if (entry == nullptr || !keyspace.other_databases) return;
        if (!keyspace.vschema || !keyspace.vschema->sharded) return;
        context_.problem(*entry, path_ + ".other_databases is true; expected false in a sharded keyspace");
    }

    std::vector<Shard> read_shards(const YamlEntry& shards) {
        std::vector<Shard> read;
        if (shards.value.kind != YamlNode::Kind::map || shards.value.entries.empty()) {
            context_.problem(
                shards,
                fmt::format("{}.shards is {}; expected {{\"-\": {{primary: host:port}}}}", path_,
                            shards.value.kind == YamlNode::Kind::map ? "empty" : kind_name(shards.value)));
            return read;
        }
        if (shards.value.entries.size() > max_shards) {
            context_.problem(shards, fmt::format("{}.shards has more than {} shards", path_, max_shards));
            return read;
        }
        std::vector<std::pair<ShardRange, Shard>> ranged;
        bool all_named = true;
        for (const YamlEntry& entry : shards.value.entries) {
            std::optional<ShardRange> range = parse_shard_range(entry.key);
            if (!range) {
                all_named = false;
                context_.problem(entry,
                                 fmt::format("{}.shards: {} is no key range; expected start-end in pairs of "
                                             "hexadecimal digits: \"-\", \"-80\", \"40-80\", \"80-\"",
                                             path_, quote(entry.key)));
            }
            ranged.emplace_back(range.value_or(ShardRange{}), read_shard(entry));
        }
        if (all_named) check_cover(shards, ranged);
        for (auto& [range, shard] : ranged) read.push_back(std::move(shard));
        return read;
    }

    // Sorts by range first.
    void check_cover(const YamlEntry& shards, std::vector<std::pair<ShardRange, Shard>>& ranged) const {
        std::stable_sort(ranged.begin(), ranged.end(),
                         [](const auto& a, const auto& b) { return a.first.start < b.first.start; });
        std::vector<ShardRange> ranges;
        for (const auto& [range, shard] : ranged) ranges.push_back(range);
        for (const std::string& text : cover_problems(ranges)) {
            context_.problem(
                shards, fmt::format("{}.shards: {}; expected every keyspace id in one shard", path_, text));
        }
    }

    Shard read_shard(const YamlEntry& entry) {
        Shard shard;
        shard.name = entry.key;
        shard.line.number = entry.line;
        std::string path = fmt::format("{}.shards.{}", path_, entry.key);
        MapReader reader(context_, entry.value, path);
        const YamlEntry* primary = reader.take(shard_primary.name);
        const YamlEntry* replicas = reader.take(shard_replicas.name);
        reader.finish();
        bool is_map = entry.value.kind == YamlNode::Kind::map || entry.value.kind == YamlNode::Kind::null;
        if (primary != nullptr) {
            shard.primary = read_tablet(primary->value, TabletType::primary, path + ".primary");
        } else if (is_map) {
            context_.problem(entry, path + " has no primary; expected primary: host:port");
        }
        if (replicas != nullptr) read_replicas(shard, *replicas, path + ".replicas");
        return shard;
    }

    void read_replicas(Shard& shard, const YamlEntry& replicas, const std::string& path) {
        if (replicas.value.kind == YamlNode::Kind::scalar || replicas.value.kind == YamlNode::Kind::map) {
            context_.problem(replicas, fmt::format("{} is {}; expected a list of addresses", path,
                                                   kind_name(replicas.value)));
        }
        for (std::size_t i = 0; i < replicas.value.items.size(); ++i) {
            shard.replicas.push_back(
                read_tablet(replicas.value.items[i], TabletType::replica, fmt::format("{}[{}]", path, i)));
        }
    }

    Tablet read_tablet(const YamlNode& node, TabletType type, const std::string& path) {
        Tablet tablet;
        tablet.type = type;
        tablet.line.number = node.line;
        tablet.settings = layer_.settings;
        if (node.kind == YamlNode::Kind::map) {
            MapReader reader(context_, node, path);
            const YamlEntry* address = reader.take(tablet_address.name);
            tablet.settings = read_layer(reader, node, path, layer_).settings;
            reader.finish();
            if (address == nullptr) {
                context_.problem(node, path + " has no address; expected address: host:port");
                return tablet;
            }
            read_address(address->value, path + ".address", tablet);
        } else {
            read_address(node, path, tablet);
        }
        return tablet;
    }

    void read_address(const YamlNode& node, const std::string& path, Tablet& tablet) {
        if (node.kind != YamlNode::Kind::scalar) {
            context_.problem(
                node, fmt::format("{} is {}; expected an address or a map with one", path, kind_name(node)));
            return;
        }
        Result<Address> address = parse_address(node.text);
        if (!address.has_value()) {
            context_.problem(node, fmt::format("{}: {}", path, address.error().message));
            return;
        }
        tablet.address = std::move(address).value();
        if (tablet.address.kind == Address::Kind::tcp && tablet.address.port == 0) {
            context_.problem(node, path + " has port 0; expected the port the tablet listens on");
        }
        auto [first, fresh] = addresses_.emplace(to_string(tablet.address), node.line);
        if (!fresh) {
            context_.problem(
                node, fmt::format("{} has the address of the tablet on line {}; expected each tablet once "
                                  "in a keyspace",
                                  path, first->second));
        }
        if (tablet.settings.user.empty()) {
            context_.problem(
                node, path + " has no user; expected one at the tablet, its keyspace or in tablet_defaults");
        }
    }

    void check_sharded(const Keyspace& keyspace, const YamlEntry& shards) const {
        if (keyspace.shards.size() < 2 || entry_.value.find(keyspace_vschema.name) == nullptr) {
            if (keyspace.shards.size() >= 2) {
                context_.problem(shards,
                                 fmt::format("{} has {} shards and no vschema; expected a vschema that says "
                                             "sharded: true and which column decides",
                                             path_, keyspace.shards.size()));
            }
            return;
        }
        if (keyspace.vschema && !keyspace.vschema->sharded) {
            context_.problem(shards,
                             fmt::format("{} has {} shards and a vschema that is not sharded; expected "
                                         "sharded: true, or one shard named \"-\"",
                                         path_, keyspace.shards.size()));
        }
    }

    const Context& context_;
    const YamlEntry& entry_;
    const TabletLayer& defaults_;
    const std::string path_;
    TabletLayer layer_;
    std::unordered_map<std::string, int> addresses_;
};

}  // namespace

TabletLayer read_tablet_defaults(const Context& context, const YamlEntry& entry, const TabletLayer& base) {
    MapReader reader(context, entry.value, entry.key);
    TabletLayer layer = read_layer(reader, entry.value, entry.key, base);
    reader.finish();
    return layer;
}

std::vector<Keyspace> read_keyspaces(const Context& context, const YamlEntry& entry,
                                     const TabletLayer& defaults) {
    std::vector<Keyspace> keyspaces;
    if (entry.value.kind == YamlNode::Kind::null) return keyspaces;
    if (entry.value.kind != YamlNode::Kind::map) {
        context.problem(entry, fmt::format("keyspaces is {}; expected a map of names to keyspaces",
                                           kind_name(entry.value)));
        return keyspaces;
    }
    for (const YamlEntry& keyspace : entry.value.entries) {
        if (context.full()) break;
        keyspaces.push_back(KeyspaceReader(context, keyspace, defaults).read());
    }
    return keyspaces;
}

}  // namespace leasehold::config
