#include "config/describe.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "config/fields.h"
#include "config/quote.h"
#include "config/scalar.h"

namespace leasehold::config {
namespace {

// Flattens what visit() shows into key and value.
class Flattener : public Fields {
  public:
    using Lines = std::vector<std::pair<std::string, std::string>>;

    explicit Flattener(std::string prefix = {}) { prefixes_.push_back(std::move(prefix)); }

    Lines take() { return std::move(lines_); }

    void add(std::string_view name, std::string value) {
        lines_.emplace_back(path_of(name), std::move(value));
    }

    void flag(Key key, bool& value) override { add(key.name, value ? "true" : "false"); }
    void count(Key key, std::uint32_t& value, CountRange range) override {
        add(key.name, value == 0 && range.auto_is_zero ? "auto" : std::to_string(value));
    }
    void size(Key key, std::uint64_t& value, SizeRange range) override {
        add(key.name, value == 0 && range.auto_is_zero ? "auto" : format_size(value));
    }
    void duration(Key key, std::chrono::milliseconds& value, DurationRange) override {
        add(key.name, format_duration(value));
    }
    void ratio(Key key, double& value, RatioRange) override { add(key.name, format_ratio(value)); }
    void text(Key key, std::string& value) override { add(key.name, escape_control(value)); }
    void auto_text(Key key, std::optional<std::string>& value) override {
        add(key.name, value ? escape_control(*value) : "auto");
    }
    void texts(Key key, std::vector<std::string>& value) override {
        add(key.name, escape_control(fmt::format("{}", fmt::join(value, ", "))));
    }
    void addresses(Key key, std::vector<Address>& value) override {
        std::string joined;
        for (const Address& address : value) joined += (joined.empty() ? "" : ", ") + to_string(address);
        add(key.name, escape_control(joined));
    }
    void optional_address(Key key, std::optional<Address>& value) override {
        add(key.name, value ? escape_control(to_string(*value)) : "off");
    }
    void networks(Key key, std::vector<Network>& value) override {
        std::string joined;
        for (const Network& network : value) joined += (joined.empty() ? "" : ", ") + to_string(network);
        add(key.name, std::move(joined));
    }
    void subset(Key key, std::uint32_t& chosen, std::span<const std::string_view> names) override {
        add(key.name, joined_names(chosen, names));
    }
    void file(Key key, std::string& path, std::uint64_t&) override { add(key.name, escape_control(path)); }
    void folder(Key key, std::string& path) override { add(key.name, escape_control(path)); }
    void secret(Secrets, Credential& value) override {
        bool none = value.kind == Credential::Kind::plain && value.value.empty();
        add("password", none ? "" : "***");
    }

    bool begin(Key key) override {
        prefixes_.push_back(path_of(key.name));
        return true;
    }
    bool begin_optional(Key key, bool present) override {
        if (present) return begin(key);
        add(key.name, "off");
        return false;
    }
    void end() override { prefixes_.pop_back(); }

    void admins(Config& config) override {
        for (Admin& admin : config.admins) element("admins." + escape_control(admin.name), admin);
    }
    void users(Config& config) override {
        for (User& user : config.users) element("users." + escape_control(user.name), user);
    }
    void tablet_defaults(Config& config) override { element("tablet_defaults", config.tablet_defaults); }
    void keyspaces(Config& config) override {
        for (Keyspace& keyspace : config.keyspaces) describe_keyspace(keyspace);
    }

  protected:
    std::size_t choose(Key key, std::size_t index, std::span<const std::string_view> names) override {
        add(key.name, std::string(names[index]));
        return index;
    }

  private:
    std::string path_of(std::string_view name) const {
        const std::string& prefix = prefixes_.back();
        return prefix.empty() ? std::string(name) : fmt::format("{}.{}", prefix, name);
    }

    template <typename T>
    void element(std::string prefix, T& value) {
        prefixes_.push_back(std::move(prefix));
        visit(*this, value);
        prefixes_.pop_back();
    }

    void describe_keyspace(Keyspace& keyspace) {
        std::string path = "keyspaces." + escape_control(keyspace.name);
        prefixes_.push_back(path);
        add(keyspace_database.name, escape_control(keyspace.database));
        add(keyspace_other_databases.name, keyspace.other_databases ? "true" : "false");
        if (keyspace.vschema) {
            const VSchema& vschema = *keyspace.vschema;
            add("vschema.file", escape_control(vschema.file));
            add("vschema.sharded", vschema.sharded ? "true" : "false");
            add("vschema.vindexes", std::to_string(vschema.vindexes.size()));
            add("vschema.tables", std::to_string(vschema.tables.size()));
        } else {
            add(keyspace_vschema.name, "off");
        }
        prefixes_.pop_back();
        for (Shard& shard : keyspace.shards) {
            std::string shard_path = fmt::format("{}.shards.{}", path, shard.name);
            describe_tablet(fmt::format("{}.primary", shard_path), shard.primary);
            for (std::size_t i = 0; i < shard.replicas.size(); ++i) {
                describe_tablet(fmt::format("{}.replicas[{}]", shard_path, i), shard.replicas[i]);
            }
        }
    }

    void describe_tablet(const std::string& path, Tablet& tablet) {
        prefixes_.push_back(path);
        add(tablet_address.name, escape_control(to_string(tablet.address)));
        visit(*this, tablet.settings);
        prefixes_.pop_back();
    }

    std::vector<std::string> prefixes_;
    Lines lines_;
};

// A configuration of defaults with the names of `config`, so that every line finds its counterpart.
Config with_defaults(const Config& config) {
    Config plain;
    for (const Admin& admin : config.admins) plain.admins.push_back({admin.name, {}, {}});
    for (const User& user : config.users) {
        User copy;
        copy.name = user.name;
        plain.users.push_back(std::move(copy));
    }
    for (const Keyspace& keyspace : config.keyspaces) {
        Keyspace copy;
        copy.name = keyspace.name;
        copy.database = keyspace.name;
        for (const Shard& shard : keyspace.shards) {
            Shard shard_copy;
            shard_copy.name = shard.name;
            shard_copy.replicas.resize(shard.replicas.size());
            copy.shards.push_back(std::move(shard_copy));
        }
        plain.keyspaces.push_back(std::move(copy));
    }
    if (config.listen.tls) plain.listen.tls = ListenTls{};
    return plain;
}

// Keys that have no default: a name, an address of a tablet.
bool has_default(std::string_view key) {
    bool of_account = key.starts_with("users.") || key.starts_with("admins.");
    return !(of_account && key.ends_with(".name")) && !key.ends_with(".address");
}

}  // namespace

std::vector<ConfigLine> describe(const Config& config) {
    Config copy = config;  // visit() takes what a reader could fill
    Config plain = with_defaults(config);
    Flattener values;
    visit(values, copy);
    Flattener defaults;
    visit(defaults, plain);
    std::unordered_map<std::string, std::string> by_key;
    for (auto& [key, value] : defaults.take()) by_key.emplace(std::move(key), std::move(value));
    std::vector<ConfigLine> lines;
    for (auto& [key, value] : values.take()) {
        auto found = by_key.find(key);
        std::string shown = found == by_key.end() || !has_default(key) ? "" : found->second;
        lines.push_back({std::move(key), std::move(value), std::move(shown)});
    }
    return lines;
}

}  // namespace leasehold::config
