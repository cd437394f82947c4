#include "proxy/world.h"

#include <algorithm>

#include "proxy/vschema_conversion.h"

namespace leasehold::proxy {
namespace {

net::Endpoint to_endpoint(const config::Address& address) {
    if (address.kind == config::Address::Kind::unix_socket) return {{}, 0, address.path};
    return {address.host, address.port, {}};
}

class Builder {
  public:
    Builder(std::shared_ptr<const config::Config> config, const World* previous)
        : previous_(previous), world_(std::make_shared<World>()) {
        world_->config = std::move(config);
        if (previous != nullptr) world_->identity = previous->identity;
    }

    WorldResult build() {
        const config::Config& config = *world_->config;
        auto topology = std::make_shared<router::Topology>();
        for (const config::Keyspace& keyspace : config.keyspaces) {
            add_keyspace(*topology, keyspace);
        }
        // A file that was cut short must not take everything away from a running process.
        if (config.keyspaces.empty() && previous_ != nullptr && !previous_->tablets.empty()) {
            problems_.push_back("keyspaces: none; the running process has some");
        }
        world_->topology = std::move(topology);
        for (const config::User& user : config.users) {
            add_account(world_->users, user.name, user.password, user.keyspaces, user.max_user_connections,
                        user.no_scatter);
        }
        for (const config::Admin& admin : config.admins) {
            add_account(world_->admins, admin.name, admin.password, {}, 0, false);
        }
        if (config.listen.tls) {
            const auto tls = net::TlsContext::server(
                {config.listen.tls->cert, config.listen.tls->key, config.listen.tls->ca});
            if (tls) {
                world_->tls = *tls;
            } else {
                problems_.push_back("listen.tls: " + tls.error().message);
            }
        }
        if (!problems_.empty()) return {nullptr, std::move(problems_)};
        return {std::move(world_), {}};
    }

  private:
    void add_keyspace(router::Topology& topology, const config::Keyspace& from) {
        router::Keyspace keyspace;
        keyspace.name = from.name;
        keyspace.database = from.database;
        keyspace.other_databases = from.other_databases;
        if (from.vschema) keyspace.vschema = to_router(*from.vschema);
        for (const std::string& problem : router::problems(keyspace.vschema)) {
            problems_.push_back("keyspaces." + from.name + ".vschema." + problem);
        }
        std::vector<std::pair<router::Shard, ShardTablets>> shards;
        for (const config::Shard& shard : from.shards) {
            const auto range = router::parse_key_range(shard.name);
            if (!range) {
                problems_.push_back("keyspaces." + from.name + ".shards." + shard.name + ": " +
                                    range.error().message);
                continue;
            }
            ShardTablets tablets;
            tablets.primary = tablet(from, shard, shard.primary);
            for (const config::Tablet& replica : shard.replicas) {
                tablets.replicas.push_back(tablet(from, shard, replica));
            }
            shards.emplace_back(router::Shard{shard.name, *range}, std::move(tablets));
        }
        std::sort(shards.begin(), shards.end(),
                  [](const auto& a, const auto& b) { return a.first.range.start < b.first.range.start; });
        std::vector<ShardTablets> tablets;
        for (auto& [shard, its_tablets] : shards) {
            keyspace.shards.push_back(std::move(shard));
            tablets.push_back(std::move(its_tablets));
        }
        topology.keyspaces.push_back(std::move(keyspace));
        world_->tablets.push_back(std::move(tablets));
    }

    // The tablet of the previous world when nothing about reaching it has changed: its connections go on.
    std::shared_ptr<pool::Tablet> tablet(const config::Keyspace& keyspace, const config::Shard& shard,
                                         const config::Tablet& from) {
        pool::TabletSpec spec;
        spec.keyspace = keyspace.name;
        spec.shard = shard.name;
        spec.type = from.type;
        spec.database = keyspace.database;
        spec.endpoint = to_endpoint(from.address);
        spec.user = from.settings.user;
        spec.password = from.settings.password.value;
        spec.tls_files = from.settings.tls;
        if (previous_ != nullptr) {
            for (const auto& known : previous_->all_tablets()) {
                if (same_tablet(known->spec(), spec)) {
                    known->set_limits(from.settings.pool);
                    return known;
                }
            }
        }
        if (spec.tls_files.mode != config::TlsMode::disabled) {
            net::TlsClientOptions options{spec.tls_files.ca, net::TlsClientOptions::Verify::none};
            if (spec.tls_files.mode == config::TlsMode::verify_ca)
                options.verify = net::TlsClientOptions::Verify::ca;
            if (spec.tls_files.mode == config::TlsMode::verify_identity) {
                options.verify = net::TlsClientOptions::Verify::identity;
            }
            const auto tls = net::TlsContext::client(options);
            if (tls) {
                spec.tls = *tls;
            } else {
                problems_.push_back("tablet " + net::to_string(spec.endpoint) + ": " + tls.error().message);
            }
        }
        return std::make_shared<pool::Tablet>(std::move(spec), from.settings.pool);
    }

    static bool same_tablet(const pool::TabletSpec& a, const pool::TabletSpec& b) {
        return a.keyspace == b.keyspace && a.shard == b.shard && a.type == b.type &&
               a.database == b.database && a.endpoint == b.endpoint && a.user == b.user &&
               a.password == b.password && a.tls_files == b.tls_files;
    }

    void add_account(std::map<std::string, UserAccount, std::less<>>& accounts, const std::string& name,
                     const config::Credential& from, std::vector<std::string> keyspaces, std::uint32_t cap,
                     bool no_scatter) {
        UserAccount account;
        account.no_scatter = no_scatter;
        account.keyspaces = std::move(keyspaces);
        account.max_connections = cap;
        if (from.kind == config::Credential::Kind::plain) {
            account.credential = wire::PlainPassword{from.value};
        } else {
            const auto parsed = wire::parse_password_hash(from.value);
            if (!parsed) {
                problems_.push_back("users." + name + ": " + parsed.error().message);
                return;
            }
            account.credential = *parsed;
        }
        accounts.emplace(name, std::move(account));
    }

    const World* previous_;
    std::shared_ptr<World> world_;
    std::vector<std::string> problems_;
};

}  // namespace

bool UserAccount::may_use(std::string_view keyspace) const {
    return keyspaces.empty() || std::find(keyspaces.begin(), keyspaces.end(), keyspace) != keyspaces.end();
}

std::vector<std::shared_ptr<pool::Tablet>> World::all_tablets() const {
    std::vector<std::shared_ptr<pool::Tablet>> all;
    for (const auto& keyspace : tablets) {
        for (const ShardTablets& shard : keyspace) {
            all.push_back(shard.primary);
            all.insert(all.end(), shard.replicas.begin(), shard.replicas.end());
        }
    }
    return all;
}

const UserAccount* World::find_user(std::string_view name) const {
    const auto found = users.find(name);
    return found == users.end() ? nullptr : &found->second;
}

WorldResult build_world(std::shared_ptr<const config::Config> config, const World* previous) {
    return Builder(std::move(config), previous).build();
}

}  // namespace leasehold::proxy
