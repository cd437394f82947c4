// What a configuration says, ready for use: keyspaces, tablets, accounts, TLS. Immutable and shared by all
// workers; a reload builds another one, which keeps the tablets that are the same, with their connections and
// counters. Thread: any.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/config.h"
#include "net/tls.h"
#include "pool/tablet.h"
#include "router/sql/sql_mode.h"
#include "router/topology.h"
#include "wire/auth.h"

namespace leasehold::proxy {

struct ShardTablets {
    std::shared_ptr<pool::Tablet> primary;
    std::vector<std::shared_ptr<pool::Tablet>> replicas;
};

struct UserAccount {
    wire::Credential credential;
    std::vector<std::string> keyspaces;  // empty: all
    std::uint32_t max_connections = 0;   // 0: no limit of its own
    bool no_scatter = false;             // may not ask every shard

    bool may_use(std::string_view keyspace) const;
};

// How the proxy presents itself to clients: learned from the tablets, or configured.
struct Identity {
    std::string server_version;
    std::uint8_t collation = 45;  // utf8mb4_general_ci
    bool mariadb = false;         // the tablets are
    router::SqlMode sql_mode;     // of a session that has not set its own

    // What clients take it for: `server_version` may be another than the tablets'.
    bool presents_mariadb() const { return server_version.find("MariaDB") != std::string::npos; }
};

struct World {
    std::shared_ptr<const config::Config> config;
    std::shared_ptr<const router::Topology> topology;
    std::vector<std::vector<ShardTablets>> tablets;  // as topology->keyspaces and their shards
    std::map<std::string, UserAccount, std::less<>> users;
    std::map<std::string, UserAccount, std::less<>> admins;
    std::shared_ptr<const net::TlsContext> tls;  // towards clients; null: none
    Identity identity;

    std::vector<std::shared_ptr<pool::Tablet>> all_tablets() const;
    const UserAccount* find_user(std::string_view name) const;
};

// `previous`: null at start. Problems (a vschema that names what does not exist, a certificate that cannot be
// read) are all listed, one a line.
struct WorldResult {
    std::shared_ptr<World> world;
    std::vector<std::string> problems;
};
WorldResult build_world(std::shared_ptr<const config::Config> config, const World* previous);

}  // namespace leasehold::proxy
