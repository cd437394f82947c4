// The parts of the loader, one file each. All report to the context and return what could be read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/context.h"
#include "config/yaml_tree.h"

namespace leasehold::config {

std::vector<Admin> read_admins(const Context& context, const YamlEntry& list);
std::vector<User> read_users(const Context& context, const YamlEntry& list);

// Settings on their way down from tablet_defaults to a tablet.
struct TabletLayer {
    TabletSettings settings;
    bool reserved_given = false;  // pool.reserved stands somewhere above: it no longer follows pool.size
};

// `base` with what `entry` (a map) says otherwise.
TabletLayer read_tablet_defaults(const Context& context, const YamlEntry& entry, const TabletLayer& base);

std::vector<Keyspace> read_keyspaces(const Context& context, const YamlEntry& entry,
                                     const TabletLayer& defaults);

// From a map, or from the file that a scalar names.
std::optional<VSchema> read_vschema(const Context& context, const YamlNode& node, const std::string& path);

// What only the whole shows: names that must exist, addresses taken twice, an admin port open to all.
void check_config(const Context& context, const YamlNode& root, const Config& config);

}  // namespace leasehold::config
