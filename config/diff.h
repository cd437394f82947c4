// What a reload has to do: the difference of two configurations. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/tablet_type.h"
#include "config/address.h"
#include "config/config.h"

namespace leasehold::config {

// A tablet is the same tablet while these are; its type may change (a promotion) and so may its settings.
struct TabletId {
    std::string keyspace;
    std::string shard;
    Address address;

    bool operator==(const TabletId&) const = default;
};

struct TabletChange {
    TabletId id;
    bool type = false;  // primary <-> replica
    bool login =
        false;  // user, password, TLS or the keyspace's database: its connections have to be dialled anew
    bool pool = false;  // sizes and timeouts

    bool operator==(const TabletChange&) const = default;
};

struct Diff {
    // What to do.
    std::vector<TabletId> tablets_added;
    std::vector<TabletId> tablets_removed;
    std::vector<TabletChange> tablets_changed;
    std::vector<std::string> keyspaces_added;
    std::vector<std::string> keyspaces_removed;
    std::vector<std::string>
        keyspaces_changed;  // database, shards or vschema: routes have to be planned anew
    std::vector<std::string> users_added;
    std::vector<std::string> users_removed;
    std::vector<std::string> users_changed;
    bool admins = false;
    bool listen_tls = false;  // certificates, also when only the files' bytes changed
    bool settings = false;    // any other key that a running process takes over

    // The same for people, one change a line, without secrets.
    std::vector<std::string> applied;  // takes effect by the reload
    std::vector<std::string> restart;  // takes effect when the process is started again

    bool empty() const { return applied.empty() && restart.empty(); }
};

Diff diff(const Config& before, const Config& after);

}  // namespace leasehold::config
