// A configuration as flat lines, for the admin's SHOW CONFIG. Secrets are shown as ***. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace leasehold::config {

struct ConfigLine {
    std::string key;            // "listen.max_clients", "keyspaces.customer.shards.-80.primary.address"
    std::string value;          // as it would stand in the file
    std::string default_value;  // the same for the default; empty where there is none

    bool operator==(const ConfigLine&) const = default;
};

// In the order of docs/configuration.md. A tablet's inherited settings stand resolved at the tablet.
std::vector<ConfigLine> describe(const Config& config);

}  // namespace leasehold::config
