#include "config/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "config/describe.h"

namespace leasehold::config {
namespace {

// Calls with (before, after) of each name; one of them is null for what was added or removed.
template <typename T, typename Visit>
void pair_by_name(const std::vector<T>& before, const std::vector<T>& after, Visit visit) {
    std::unordered_map<std::string_view, const T*> old;
    for (const T& one : before) old.emplace(one.name, &one);
    for (const T& one : after) {
        auto found = old.find(one.name);
        visit(found == old.end() ? nullptr : found->second, &one);
        if (found != old.end()) old.erase(found);
    }
    for (const T& one : before) {
        if (old.contains(one.name)) visit(&one, nullptr);
    }
}

struct PlacedTablet {
    TabletId id;
    const Tablet* tablet;
    const Keyspace* keyspace;
};

std::string to_string(const TabletId& id) {
    return fmt::format("{}:{} {}", id.keyspace, id.shard, config::to_string(id.address));
}

// By text: the same tablet has the same.
std::unordered_map<std::string, PlacedTablet> tablets_by_id(const Config& config) {
    std::unordered_map<std::string, PlacedTablet> tablets;
    for (const Keyspace& keyspace : config.keyspaces) {
        for (const Shard& shard : keyspace.shards) {
            auto add = [&](const Tablet& tablet) {
                PlacedTablet placed{{keyspace.name, shard.name, tablet.address}, &tablet, &keyspace};
                tablets.emplace(to_string(placed.id), std::move(placed));
            };
            add(shard.primary);
            for (const Tablet& replica : shard.replicas) add(replica);
        }
    }
    return tablets;
}

// In the order of the file.
std::vector<std::string> tablet_order(const Config& config) {
    std::vector<std::string> order;
    for (const Keyspace& keyspace : config.keyspaces) {
        for (const Shard& shard : keyspace.shards) {
            order.push_back(to_string(TabletId{keyspace.name, shard.name, shard.primary.address}));
            for (const Tablet& replica : shard.replicas) {
                order.push_back(to_string(TabletId{keyspace.name, shard.name, replica.address}));
            }
        }
    }
    return order;
}

bool same_shards(const Keyspace& before, const Keyspace& after) {
    return std::equal(before.shards.begin(), before.shards.end(), after.shards.begin(), after.shards.end(),
                      [](const Shard& a, const Shard& b) { return a.name == b.name; });
}

class Comparison {
  public:
    Comparison(const Config& before, const Config& after) : before_(before), after_(after) {}

    Diff run() {
        compare_accounts();
        compare_keyspaces();
        compare_tablets();
        compare_certificates();
        compare_settings();
        return std::move(diff_);
    }

  private:
    void applied(std::string line) { diff_.applied.push_back(std::move(line)); }

    void compare_accounts() {
        pair_by_name(before_.users, after_.users, [this](const User* old, const User* now) {
            if (old == nullptr) {
                diff_.users_added.push_back(now->name);
                applied("user " + now->name + " added");
            } else if (now == nullptr) {
                diff_.users_removed.push_back(old->name);
                applied("user " + old->name + " removed");
            } else if (*old != *now) {
                diff_.users_changed.push_back(now->name);
                applied("user " + now->name + " changed");
            }
        });
        pair_by_name(before_.admins, after_.admins, [this](const Admin* old, const Admin* now) {
            if (old != nullptr && now != nullptr && *old == *now) return;
            diff_.admins = true;
            const Admin& named = now == nullptr ? *old : *now;
            applied(fmt::format("admin {} {}", named.name,
                                old == nullptr   ? "added"
                                : now == nullptr ? "removed"
                                                 : "changed"));
        });
    }

    void compare_keyspaces() {
        pair_by_name(before_.keyspaces, after_.keyspaces, [this](const Keyspace* old, const Keyspace* now) {
            if (old == nullptr) {
                diff_.keyspaces_added.push_back(now->name);
                applied("keyspace " + now->name + " added");
            } else if (now == nullptr) {
                diff_.keyspaces_removed.push_back(old->name);
                applied("keyspace " + old->name + " removed");
            } else {
                compare_keyspace(*old, *now);
            }
        });
    }

    void compare_keyspace(const Keyspace& old, const Keyspace& now) {
        std::vector<std::string_view> parts;
        if (old.database != now.database) parts.push_back("database");
        if (old.other_databases != now.other_databases) parts.push_back("other_databases");
        if (!same_shards(old, now)) parts.push_back("shards");
        if (old.vschema != now.vschema) parts.push_back("vschema");
        if (parts.empty()) return;
        diff_.keyspaces_changed.push_back(now.name);
        applied(fmt::format("keyspace {} changed: {}", now.name, fmt::join(parts, ", ")));
    }

    void compare_tablets() {
        auto old = tablets_by_id(before_);
        auto now = tablets_by_id(after_);
        for (const std::string& name : tablet_order(after_)) {
            const PlacedTablet& placed = now.at(name);
            auto found = old.find(name);
            if (found == old.end()) {
                diff_.tablets_added.push_back(placed.id);
                applied(
                    fmt::format("tablet {} added as {}", name, leasehold::to_string(placed.tablet->type)));
            } else {
                compare_tablet(found->second, placed, name);
            }
        }
        for (const std::string& name : tablet_order(before_)) {
            if (now.contains(name)) continue;
            diff_.tablets_removed.push_back(old.at(name).id);
            applied(fmt::format("tablet {} removed", name));
        }
    }

    void compare_tablet(const PlacedTablet& old, const PlacedTablet& now, const std::string& name) {
        const TabletSettings& a = old.tablet->settings;
        const TabletSettings& b = now.tablet->settings;
        TabletChange change{now.id};
        change.type = old.tablet->type != now.tablet->type;
        change.login = a.user != b.user || a.password != b.password || a.tls != b.tls ||
                       old.keyspace->database != now.keyspace->database;
        change.pool = a.pool != b.pool;
        if (!change.type && !change.login && !change.pool) return;
        std::vector<std::string> parts;
        if (change.type) parts.push_back(fmt::format("now {}", leasehold::to_string(now.tablet->type)));
        if (change.login) parts.push_back("login");
        if (change.pool) parts.push_back("pool");
        applied(fmt::format("tablet {} changed: {}", name, fmt::join(parts, ", ")));
        diff_.tablets_changed.push_back(std::move(change));
    }

    void compare_certificates() {
        if (before_.listen.tls == after_.listen.tls) return;
        diff_.listen_tls = true;
        applied(!before_.listen.tls  ? "listen.tls switched on"
                : !after_.listen.tls ? "listen.tls switched off"
                                     : "listen.tls changed");
    }

    // Single keys, by their described text; users, keyspaces and TLS were compared above.
    void compare_settings() {
        std::unordered_map<std::string, std::string> old;
        for (ConfigLine& line : describe(before_)) old.emplace(std::move(line.key), std::move(line.value));
        for (const ConfigLine& line : describe(after_)) {
            if (compared_elsewhere(line.key)) continue;
            const std::string& was = old[line.key];
            if (was == line.value) continue;
            std::string text = fmt::format("{}: {} -> {}", line.key, was, line.value);
            if (needs_restart(line.key)) {
                diff_.restart.push_back(std::move(text));
            } else {
                diff_.settings = true;
                diff_.applied.push_back(std::move(text));
            }
        }
    }

    static bool compared_elsewhere(std::string_view key) {
        for (std::string_view prefix :
             {"users.", "admins.", "keyspaces.", "tablet_defaults.", "listen.tls"}) {
            if (key.starts_with(prefix)) return true;
        }
        return false;
    }

    // What a worker takes when it starts. Everything else is read from the current configuration where it is
    // used.
    static bool needs_restart(std::string_view key) {
        for (std::string_view name :
             {"listen.mysql", "listen.admin", "listen.http", "listen.backlog", "workers",
              "limits.max_parse_depth", "limits.tablet_prepared_stmt_cache"}) {
            if (key == name) return true;
        }
        return key.starts_with("plan_cache.");
    }

    const Config& before_;
    const Config& after_;
    Diff diff_;
};

}  // namespace

Diff diff(const Config& before, const Config& after) {
    return Comparison(before, after).run();
}

}  // namespace leasehold::config
