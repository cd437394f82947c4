// Keyspaces and their shards as the router sees them: an immutable snapshot, shared by all workers, replaced
// as a whole by a reload. Built by the composition root from the configuration.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/tablet_type.h"
#include "router/key_range.h"
#include "router/vschema.h"

namespace leasehold::router {

struct Shard {
    std::string name;  // Vitess key range: "-", "-80", "80-"
    KeyRange range;
};

struct Keyspace {
    std::string name;
    std::string database;          // the schema's name on the tablets
    std::vector<Shard> shards;     // in the order of their ranges; one named "-" when unsharded
    VSchema vschema;               // vschema.sharded says whether statements are routed by vindex
    bool other_databases = false;  // names that are no keyspaces are databases on its tablet

    std::optional<std::uint16_t> find_shard(std::string_view shard_name) const;
};

// A keyspace, or everything that is wrong with it: shard names that are no key ranges, ranges with gaps or
// overlaps, several shards without `vschema.sharded`, the problems of the vschema.
std::variant<Keyspace, std::vector<std::string>> make_keyspace(std::string name, std::string database,
                                                               const std::vector<std::string>& shard_names,
                                                               VSchema vschema);

struct Topology {
    std::vector<Keyspace> keyspaces;  // in the order of the configuration

    std::optional<std::uint16_t> find_keyspace(std::string_view name) const;
    // Whose tablet has the databases that are no keyspaces: that of `current` if it does, else the first.
    std::optional<std::uint16_t> home_of_other_databases(std::string_view current) const;
};

// Where a session points: what USE, COM_INIT_DB and the handshake's database name set.
struct Target {
    std::string keyspace;              // empty: none chosen
    std::optional<std::string> shard;  // set: every statement goes to this shard, unplanned
    TabletType type = TabletType::primary;
    // A schema of the shard's tablet that is no keyspace (information_schema, mysql, other_databases); empty:
    // the keyspace's own; no_schema: it was dropped, and none is chosen.
    std::string schema{};

    bool operator==(const Target&) const = default;
};

inline constexpr std::string_view no_schema = "/";  // no schema has this name

// Whether the target's schema is one that only its tablet knows to exist.
bool in_other_database(const Target& target);

// Accepts "ks", "ks@replica", "@replica" (keeps `current`'s keyspace), "ks:-80", "ks/-80", "ks:-80@replica".
// The servers' own schemas ("information_schema", "mysql", ...) are those of the first shard of `current`'s
// keyspace, or of the first keyspace there is. Any other name is a database of a keyspace with
// `other_databases`, if there is one. Errors: 1049 for a keyspace or shard that `topology` does not
// have or a tablet type that does not exist.
Result<Target> parse_target(std::string_view text, const Target& current, const Topology& topology);

// The database name a client is shown for a target: the inverse of parse_target.
std::string to_string(const Target& target);

}  // namespace leasehold::router
