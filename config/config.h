// The whole configuration as plain structs. A default-constructed Config holds the defaults of every key
// (docs/configuration.md); config/load.h makes one from YAML. Immutable once loaded: share it as
// shared_ptr<const Config>. Durations are milliseconds; one of zero means "none" or "never". Sizes are bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "config/address.h"
#include "config/credential.h"
#include "config/keyspace.h"
#include "config/network.h"
#include "config/source_line.h"

namespace leasehold::config {

// `automatic`: mysql_native_password where the proxy shows itself as MariaDB, else caching_sha2_password.
enum class AuthPlugin : std::uint8_t { automatic, caching_sha2_password, mysql_native_password };

// For compression, in any combination.
struct Algorithms {
    bool zlib = true;
    bool zstd = true;

    bool operator==(const Algorithms&) const = default;
};

struct ListenTls {
    std::string cert;  // PEM files; relative names were resolved against the configuration's folder
    std::string key;
    std::string ca;                 // checks client certificates where clients send one; empty: not asked for
    bool required = false;          // refuse clients in clear (error 3159); Unix sockets count as secure
    std::uint64_t fingerprint = 0;  // of the files' bytes: a renewed certificate is a change (config/diff.h)

    bool operator==(const ListenTls&) const = default;
};

struct Listen {
    std::vector<Address> mysql{Address::tcp("127.0.0.1", 15306)};    // never empty
    std::optional<Address> admin{Address::tcp("127.0.0.1", 15307)};  // `off` in the file: none
    std::optional<Address> http{Address::tcp("127.0.0.1", 15300)};   // `off` in the file: none
    std::optional<ListenTls> tls;
    std::uint32_t backlog = 1024;
    std::chrono::milliseconds handshake_timeout{10'000};  // MySQL's connect_timeout: greeting to logged in
    std::uint32_t max_clients = 10'000;                   // over it: error 1040
    AuthPlugin default_auth_plugin = AuthPlugin::automatic;
    Algorithms compression;                        // of the protocol, that clients may choose from
    std::vector<Network> proxy_protocol_networks;  // who may send a PROXY header; none: nobody

    bool operator==(const Listen&) const = default;
};

struct Memory {
    std::uint64_t limit = 0;  // 0: 80 % of what the cgroup or the machine has
    double high_watermark = 0.85;
    std::chrono::milliseconds wait_timeout{5'000};    // for room below the watermark
    bool profiling = false;                           // sample allocations for heap profiles from the start
    std::uint64_t profiling_interval = 512ULL << 10;  // bytes between two samples, a power of two
    std::string profile_folder = "/tmp";
    std::uint32_t profile_files = 16;                // kept there; the oldest goes
    std::uint64_t profile_size = 16ULL << 20;        // of one profile
    std::chrono::milliseconds profile_pause{1'000};  // between two profiles

    bool operator==(const Memory&) const = default;
};

struct Admin {
    std::string name;
    Credential password;
    SourceLine line;

    bool operator==(const Admin&) const = default;
};

struct User {
    std::string name;
    Credential password;
    std::vector<std::string> keyspaces;      // empty: all
    std::uint32_t max_user_connections = 0;  // 0: only max_clients bounds it
    bool no_scatter = false;                 // statements that ask every shard are refused
    SourceLine line;

    bool operator==(const User&) const = default;
};

// What can grow with what clients send, and where it stops.
struct Limits {
    std::uint64_t max_allowed_packet = 64ULL << 20;  // one command of a client, its frames joined; error 1153
    std::uint32_t max_prepared_stmt_count = 16'382;  // all sessions together; error 1461
    std::uint32_t max_prepared_stmt_count_per_session = 1'024;
    std::uint64_t prepared_stmt_memory = 256ULL << 20;  // bytes, all sessions together; error 1461
    std::uint32_t tablet_prepared_stmt_cache = 256;     // statements kept prepared on one tablet connection
    std::uint32_t max_parse_depth = 200;                // nested expressions and queries; error 1064
    std::uint64_t merge_memory = 64ULL << 20;           // what one merge of shards' rows may hold; error 1041
    std::chrono::milliseconds client_idle_timeout{std::chrono::hours(8)};  // MySQL's wait_timeout; error 4031
    // The same for interactive clients: MySQL's interactive_timeout.
    std::chrono::milliseconds interactive_idle_timeout{std::chrono::hours(8)};
    std::chrono::milliseconds net_read_timeout{30'000};  // a client that stops in the middle of a packet
    std::chrono::milliseconds query_timeout{0};          // error 3024
    std::chrono::milliseconds idle_transaction_timeout{0};

    bool operator==(const Limits&) const = default;
};

// Of one worker: each has a cache of its own.
struct PlanCache {
    std::uint64_t size = 32ULL << 20;
    std::uint32_t entries = 5'000;
    std::uint64_t max_statement = 16ULL << 10;  // longer statements are planned each time

    bool operator==(const PlanCache&) const = default;
};

// SELECTs whose rows are brought together on one tablet.
struct Gather {
    std::uint32_t max_rows = 1'000'000;      // of one statement; over it: error 1104
    std::uint64_t max_bytes = 256ULL << 20;  // of one statement; over it: error 1104
    std::optional<std::string>
        scratch;  // keyspace or keyspace:shard on whose tablet they run; unset: the statement's

    bool operator==(const Gather&) const = default;
};

struct Log {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
    std::uint64_t queue = default_log_queue_bytes;  // records that wait to be written; over it they are lost

    bool operator==(const Log&) const = default;
};

// Probes of the tablets by the control thread.
struct Health {
    std::chrono::milliseconds interval{2'000};
    std::chrono::milliseconds timeout{1'000};
    std::uint32_t fall = 3;  // failures in a row that mark a tablet down
    std::uint32_t rise = 1;  // successes in a row that mark it up

    bool operator==(const Health&) const = default;
};

struct Config {
    Listen listen;
    std::uint32_t workers = 0;  // 0: one per core
    Memory memory;
    std::chrono::milliseconds shutdown_grace{30'000};
    std::vector<Admin> admins;  // none: the admin port listens on loopback and lets anybody in
    std::vector<User> users;
    TabletSettings tablet_defaults;
    std::vector<Keyspace> keyspaces;  // in the order of the file
    Limits limits;
    PlanCache plan_cache;
    Gather gather;
    Log log;
    Health health;
    std::optional<std::string> server_version;     // unset: learned from the tablets
    std::optional<std::string> default_collation;  // unset: learned from the tablets

    bool operator==(const Config&) const = default;

    const Keyspace* find_keyspace(std::string_view name) const;
    const User* find_user(std::string_view name) const;
    const Admin* find_admin(std::string_view name) const;
};

}  // namespace leasehold::config
