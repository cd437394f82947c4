// Checks that need the whole configuration.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/quote.h"
#include "config/readers.h"
#include "config/suggest.h"

namespace leasehold::config {
namespace {

// The innermost entry of `path` that the file has; the root where it has none of it.
struct Place {
    int line = 0;
    int column = 0;
};

Place place_of(const YamlNode& root, std::initializer_list<std::string_view> path) {
    const YamlNode* node = &root;
    Place place{root.line, root.column};
    for (std::string_view key : path) {
        const YamlEntry* entry = node->find(key);
        if (entry == nullptr) break;
        place = {entry->line, entry->column};
        node = &entry->value;
    }
    return place;
}

class Checker {
  public:
    Checker(const Context& context, const YamlNode& root, const Config& config)
        : context_(context), root_(root), config_(config) {
        for (const Keyspace& keyspace : config.keyspaces) keyspaces_.push_back(keyspace.name);
        known_.insert(keyspaces_.begin(), keyspaces_.end());
    }

    void run() {
        check_listen();
        check_tls();
        check_users();
        check_server_identity();
        for (const Keyspace& keyspace : config_.keyspaces) check_references(keyspace);
        check_scratch();
        if (config_.keyspaces.empty())
            warn({"keyspaces"}, "there is no keyspace: no statement has anywhere to go");
        if (config_.users.empty()) warn({"users"}, "there are no users: nobody can log in to the data port");
    }

  private:
    void problem(std::initializer_list<std::string_view> path, std::string text) {
        Place place = place_of(root_, path);
        context_.problem(place.line, place.column, std::move(text));
    }

    void warn(std::initializer_list<std::string_view> path, std::string text) {
        Place place = place_of(root_, path);
        context_.warn(place.line, place.column, std::move(text));
    }

    void check_listen() {
        std::unordered_map<std::string, std::string_view> taken;
        auto claim = [&](const Address& address, std::string_view key) {
            bool chosen_by_system = address.kind == Address::Kind::tcp && address.port == 0;
            if (chosen_by_system) return;
            auto [first, fresh] = taken.emplace(to_string(address), key);
            if (fresh) return;
            problem({"listen", key},
                    fmt::format("listen.{} has the address {}, which listen.{} has already; expected "
                                "another",
                                key, to_string(address), first->second));
        };
        for (const Address& address : config_.listen.mysql) claim(address, "mysql");
        if (config_.listen.admin) claim(*config_.listen.admin, "admin");
        if (config_.listen.http) claim(*config_.listen.http, "http");
        if (config_.listen.admin && config_.admins.empty() && !config_.listen.admin->is_loopback()) {
            problem({"listen", "admin"},
                    fmt::format(
                        "listen.admin is {} and there are no admins; expected admins with passwords, or a "
                        "loopback address such as 127.0.0.1:15307",
                        to_string(*config_.listen.admin)));
        }
    }

    void check_tls() {
        if (!config_.listen.tls) return;
        const ListenTls& tls = *config_.listen.tls;
        if (tls.cert.empty() && tls.key.empty())
            problem({"listen", "tls"}, "listen.tls has no cert and no key; expected both");
        if (!tls.cert.empty() && tls.key.empty())
            problem({"listen", "tls"}, "listen.tls has a cert without its key; expected both");
        if (tls.cert.empty() && !tls.key.empty())
            problem({"listen", "tls"}, "listen.tls has a key without its cert; expected both");
    }

    void check_users() {
        const YamlEntry* list = root_.find("users");
        if (list == nullptr) return;
        for (std::size_t i = 0; i < config_.users.size() && !context_.full(); ++i) {
            const User& user = config_.users[i];
            for (const std::string& name : user.keyspaces) {
                if (is_keyspace(name)) continue;
                context_.problem(line_of_keyspace(list->value, user, name), 0,
                                 fmt::format("user {} may use keyspace {}, which does not exist{}",
                                             quote(user.name), quote(name), suggestion(name)));
            }
        }
    }

    // The item of `keyspaces` below the user's own line, which is the only way back from the structs.
    int line_of_keyspace(const YamlNode& users, const User& user, const std::string& name) const {
        for (const YamlNode& item : users.items) {
            const YamlEntry* keyspaces = item.line == user.line.number ? item.find("keyspaces") : nullptr;
            if (keyspaces == nullptr) continue;
            for (const YamlNode& listed : keyspaces->value.items) {
                if (listed.text == name) return listed.line;
            }
            return keyspaces->line;
        }
        return user.line.number;
    }

    void check_scratch() {
        if (!config_.gather.scratch) return;
        const std::string& scratch = *config_.gather.scratch;
        const std::size_t colon = scratch.find(':');
        const std::string name = scratch.substr(0, colon);
        if (!is_keyspace(name)) {
            problem({"gather", "scratch"},
                    fmt::format("gather.scratch names keyspace {}, which does not exist{}", quote(name),
                                suggestion(name)));
            return;
        }
        if (colon == std::string::npos) return;
        const std::string shard = scratch.substr(colon + 1);
        const Keyspace& keyspace = *config_.find_keyspace(name);
        const bool known = std::any_of(keyspace.shards.begin(), keyspace.shards.end(),
                                       [&](const auto& one) { return one.name == shard; });
        if (!known) {
            problem({"gather", "scratch"},
                    fmt::format("gather.scratch names shard {}, which keyspace {} does not have",
                                quote(shard), name));
        }
    }

    void check_server_identity() {
        if (const auto& version = config_.server_version) {
            // MySQL's SERVER_VERSION_LENGTH is 60 with the closing zero; drivers read the leading number.
            bool fits =
                !version->empty() && version->size() < 60 &&
                std::isdigit(static_cast<unsigned char>(version->front())) != 0 &&
                std::all_of(version->begin(), version->end(), [](char c) { return c > 0x20 && c < 0x7f; });
            if (!fits) {
                problem({"server_version"},
                        fmt::format("server_version is {}; expected auto or a version such as "
                                    "8.0.40, of fewer than 60 characters",
                                    quote(*version)));
            }
        }
        if (const auto& collation = config_.default_collation) {
            bool fits = !collation->empty() && collation->size() <= 64 &&
                        std::all_of(collation->begin(), collation->end(), [](char c) {
                            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
                        });
            if (!fits) {
                problem({"default_collation"},
                        fmt::format("default_collation is {}; expected auto or a collation such "
                                    "as utf8mb4_general_ci",
                                    quote(*collation)));
            }
        }
    }

    // "keyspace.table" in sequences and sources names another keyspace.
    void check_references(const Keyspace& keyspace) {
        if (!keyspace.vschema) return;
        Context context = context_.in_file(keyspace.vschema->file);
        for (const VSchemaVindex& vindex : keyspace.vschema->vindexes) {
            for (const auto& [name, value] : vindex.params) {
                if (name == "table") check_lookup_table(context, keyspace, vindex, value);
            }
        }
        for (const VSchemaTable& table : keyspace.vschema->tables) {
            if (table.auto_increment) check_sequence(context, keyspace, table);
            if (!table.source.empty()) check_reference(context, keyspace, table, "source", table.source);
        }
    }

    void check_lookup_table(const Context& context, const Keyspace& keyspace, const VSchemaVindex& vindex,
                            const std::string& table) {
        const std::size_t dot = table.find('.');
        if (dot == std::string::npos || is_keyspace(table.substr(0, dot))) return;
        context.problem(
            vindex.line.number, 0,
            fmt::format("keyspaces.{}.vschema.vindexes.{} has the table {}, whose keyspace does "
                        "not exist{}",
                        keyspace.name, vindex.name, quote(table), suggestion(table.substr(0, dot))));
    }

    enum class Sequence : std::uint8_t { is_one, not_listed, is_another };

    static Sequence find_sequence(const Keyspace& keyspace, std::string_view name) {
        if (!keyspace.vschema) return Sequence::not_listed;
        for (const VSchemaTable& table : keyspace.vschema->tables) {
            if (table.name == name)
                return table.type == VSchemaTable::Type::sequence ? Sequence::is_one : Sequence::is_another;
        }
        return Sequence::not_listed;
    }

    // Named with its keyspace, a table that an unsharded keyspace does not list will do.
    void check_sequence(const Context& context, const Keyspace& keyspace, const VSchemaTable& table) {
        if (!keyspace.vschema->sharded) return;
        const std::string& name = table.auto_increment->sequence;
        check_reference(context, keyspace, table, "sequence", name);
        const std::size_t dot = name.find('.');
        bool known = false;
        for (const Keyspace& other : config_.keyspaces) {
            if (dot == std::string::npos) {
                known |= find_sequence(other, name) == Sequence::is_one;
            } else if (other.name == name.substr(0, dot)) {
                const Sequence found = find_sequence(other, std::string_view(name).substr(dot + 1));
                const bool unsharded = !other.vschema || !other.vschema->sharded;
                known |= found == Sequence::is_one || (found == Sequence::not_listed && unsharded);
            }
        }
        if (known || (dot != std::string::npos && !is_keyspace(name.substr(0, dot)))) return;
        context.problem(table.line.number, 0,
                        fmt::format("keyspaces.{}.vschema.tables.{} has the sequence {}, which is no table "
                                    "of type sequence; expected one such as keyspace.table",
                                    keyspace.name, table.name, quote(name)));
    }

    void check_reference(const Context& context, const Keyspace& keyspace, const VSchemaTable& table,
                         std::string_view what, const std::string& name) {
        std::size_t dot = name.find('.');
        if (dot == std::string::npos) return;
        std::string referred = name.substr(0, dot);
        if (is_keyspace(referred)) return;
        context.problem(
            table.line.number, 0,
            fmt::format("keyspaces.{}.vschema.tables.{} has the {} {}, whose keyspace does not exist{}",
                        keyspace.name, table.name, what, quote(name), suggestion(referred)));
    }

    bool is_keyspace(std::string_view name) const { return known_.contains(name); }

    std::string suggestion(std::string_view name) const {
        std::string_view near = nearest(name, keyspaces_);
        if (!near.empty()) return fmt::format("; did you mean \"{}\"?", near);
        if (keyspaces_.empty()) return "; there is no keyspace at all";
        return fmt::format(
            "; expected one of {}",
            fmt::join(keyspaces_.begin(),
                      keyspaces_.begin() + std::min<std::ptrdiff_t>(10, std::ssize(keyspaces_)), ", "));
    }

    const Context& context_;
    const YamlNode& root_;
    const Config& config_;
    std::vector<std::string_view> keyspaces_;  // in the order of the file
    std::unordered_set<std::string_view> known_;
};

}  // namespace

void check_config(const Context& context, const YamlNode& root, const Config& config) {
    Checker(context, root, config).run();
}

}  // namespace leasehold::config
