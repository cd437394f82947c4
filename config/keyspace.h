// Keyspaces, shards and tablets. What a tablet inherits (tablet_defaults, then its keyspace, then its own
// map) is already resolved: every Tablet carries all of its settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/tablet_type.h"
#include "config/address.h"
#include "config/credential.h"
#include "config/source_line.h"
#include "config/vschema.h"

namespace leasehold::config {

enum class TlsMode : std::uint8_t {
    disabled,
    preferred,        // in clear when the tablet has no TLS
    required,         // encrypted; the certificate is not looked at
    verify_ca,        // and signed by `ca`
    verify_identity,  // and made out to the host that was dialled
};

struct TabletTls {
    TlsMode mode = TlsMode::preferred;
    std::string ca;    // absolute or relative to the working directory; empty: the system's authorities
    std::string cert;  // a client certificate for tablets that ask for one; empty: none
    std::string key;
    std::uint64_t fingerprint = 0;  // of the files' bytes: a renewed certificate is a change (config/diff.h)

    bool operator==(const TabletTls&) const = default;
};

// Of one tablet, for the whole process. A duration of zero means never.
struct Pool {
    std::uint32_t size = 64;      // connections, at most
    std::uint32_t reserved = 32;  // of those, reserved at once; never more than `size` unless said
    std::uint32_t min_idle = 0;
    std::chrono::milliseconds wait_timeout{1000};  // for a lease; zero: no waiting
    std::uint32_t max_waiters = 5000;
    std::chrono::milliseconds idle_timeout{std::chrono::minutes(30)};
    std::chrono::milliseconds max_lifetime{std::chrono::hours(1)};
    double lifetime_jitter = 0.2;  // a connection lives between (1 - jitter) and 1 times max_lifetime
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds reset_timeout{5000};

    bool operator==(const Pool&) const = default;
};

struct TabletSettings {
    std::string user;
    Credential password;  // always Kind::plain: a hash cannot log in
    TabletTls tls;
    Pool pool;

    bool operator==(const TabletSettings&) const = default;
};

struct Tablet {
    TabletType type = TabletType::primary;
    Address address;
    TabletSettings settings;
    SourceLine line;

    bool operator==(const Tablet&) const = default;
};

struct Shard {
    std::string name;  // Vitess key range: "-", "-80", "80-"
    Tablet primary;
    std::vector<Tablet> replicas;
    SourceLine line;

    bool operator==(const Shard&) const = default;
};

struct Keyspace {
    std::string name;
    std::string database;            // the schema's name on the tablets
    std::vector<Shard> shards;       // in the order of their ranges, which cover every keyspace id
    std::optional<VSchema> vschema;  // none: not sharded
    bool other_databases = false;    // databases that are no keyspaces are looked for on its tablets
    SourceLine line;

    bool operator==(const Keyspace&) const = default;
};

}  // namespace leasehold::config
