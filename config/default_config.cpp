#include "config/default_config.h"

#include <fmt/format.h>

#include <utility>

#include "config/fields.h"
#include "config/scalar.h"

namespace leasehold::config {
namespace {

constexpr std::string_view head =
    R"(# Leasehold's configuration with every key at its default. Keep only the lines you change.
# Sizes take B, KiB, MiB, GiB; times ms, s, m, h. Relative names of files start at this file's folder.
# A line that begins with # and no blank is an example that can be switched on.
)";

constexpr std::string_view admins_example =
    R"(
# Who may log in to the admin port. Default: none, which lets anybody in and has to be a loopback address.
#admins:
#  - {name: admin, password_env: LEASEHOLD_ADMIN_PASSWORD}
)";

constexpr std::string_view users_example =
    R"(
# Who may log in to the data port. One of: password, password_env (an environment variable), password_file (the first
# line of a file), password_hash ('*' and 40 hexadecimal digits, or '$A$005$...'). Default: nobody.
#users:
#  - name: app
#    password: secret
#    keyspaces: [commerce, customer]   # none given: all
#    max_user_connections: 0           # 0: as many as listen.max_clients
#    no_scatter: false                 # true: refuse statements that ask every shard without /*vt+ ALLOW_SCATTER */
#  - {name: report, password_hash: '*14E65567ABDB5135D0CFD9A70B3032C179A49EE7'}
#  - {name: batch, password_file: batch.password}
)";

constexpr std::string_view keyspaces_example =
    R"(
# A keyspace is one database for the clients: one shard named "-", or several and a vschema. A tablet is an address, or a
# map of address, user, password (or password_env, password_file), tls and pool; what it does not say comes from its
# keyspace, then from tablet_defaults. Default: none.
#keyspaces:
#  commerce:
#    other_databases: false            # true: names that are no keyspaces are databases on its tablet
#    user: app                         # for its tablets, as in tablet_defaults; so are password, tls and pool
#    password: secret
#    shards:
#      "-": {primary: 127.0.0.1:3311}
#  customer:
#    database: customer_db             # the schema's name on the tablets; default: the keyspace's name
#    user: app
#    password: secret
#    shards:
#      "-80": {primary: 127.0.0.1:3321, replicas: [127.0.0.1:3322]}
#      "80-":
#        primary: {address: 127.0.0.1:3331, user: other, password: other, pool: {size: 16, reserved: 8}}
#        replicas: [unix:/run/mysqld/replica.sock]
#    vschema:                          # Vitess's fields; or the name of a file of JSON or YAML
#      sharded: true
#      vindexes: {xx: {type: xxhash}}
#      tables: {customer: {column_vindexes: [{column: id, name: xx}]}}
)";

// Prints what visit() shows as YAML, one key a line with its help.
class Printer : public Fields {
  public:
    std::string take() { return std::move(out_); }

    void flag(Key key, bool& value) override { line(key, value ? "true" : "false"); }
    void count(Key key, std::uint32_t& value, CountRange range) override {
        line(key, value == 0 && range.auto_is_zero ? "auto" : std::to_string(value));
    }
    void size(Key key, std::uint64_t& value, SizeRange range) override {
        line(key, value == 0 && range.auto_is_zero ? "auto" : format_size(value));
    }
    void duration(Key key, std::chrono::milliseconds& value, DurationRange) override {
        line(key, format_duration(value));
    }
    void ratio(Key key, double& value, RatioRange) override { line(key, format_ratio(value)); }
    void text(Key key, std::string& value) override { line(key, '"' + value + '"'); }
    void auto_text(Key key, std::optional<std::string>& value) override { line(key, value.value_or("auto")); }
    void texts(Key key, std::vector<std::string>&) override { line(key, "[]"); }
    void addresses(Key key, std::vector<Address>& value) override {
        std::string joined;
        for (const Address& address : value) joined += (joined.empty() ? "" : ", ") + to_string(address);
        line(key, value.size() == 1 ? joined : '[' + joined + ']');
    }
    void optional_address(Key key, std::optional<Address>& value) override {
        line(key, value ? to_string(*value) : "off");
    }
    void networks(Key key, std::vector<Network>&) override { line(key, "[]"); }
    void subset(Key key, std::uint32_t& chosen, std::span<const std::string_view> names) override {
        line(key, '[' + joined_names(chosen, names) + ']');
    }
    void file(Key key, std::string& path, std::uint64_t&) override {
        bool example = commented_ && path.empty() && key.name != "ca";
        line(key, example ? std::string(key.name == "cert" ? "server.pem" : "server.key") : '"' + path + '"');
    }
    void folder(Key key, std::string& path) override { line(key, path); }
    void secret(Secrets, Credential&) override {
        line({"password", "or password_env: NAME, or password_file: PATH"}, "\"\"");
    }

    bool begin(Key key) override {
        if (depth_ == 0)
            out_ +=
                fmt::format("\n# {}{}.\n", static_cast<char>(std::toupper(key.help[0])), key.help.substr(1));
        open(key.name, depth_ == 0 ? "" : key.help);
        return true;
    }
    bool begin_optional(Key key, bool present) override {
        commented_ = !present;
        open(key.name, key.help);
        return true;
    }
    void end() override {
        --depth_;
        commented_ = false;
    }

    void admins(Config&) override { out_ += admins_example; }
    void users(Config&) override { out_ += users_example; }
    void tablet_defaults(Config& config) override {
        out_ +=
            "\n# What tablets have in common, where neither their keyspace nor they themselves say "
            "otherwise.\n";
        open("tablet_defaults", {});
        visit(*this, config.tablet_defaults);
        --depth_;
    }
    void keyspaces(Config&) override { out_ += keyspaces_example; }

  protected:
    std::size_t choose(Key key, std::size_t index, std::span<const std::string_view> names) override {
        line(key, std::string(names[index]));
        return index;
    }

  private:
    static constexpr std::size_t help_column = 46;

    void open(std::string_view name, std::string_view help) {
        put(fmt::format("{}:", name), help);
        ++depth_;
    }

    void line(Key key, const std::string& value) {
        if (depth_ == 0) out_ += '\n';
        put(fmt::format("{}: {}", key.name, value), key.help);
    }

    void put(const std::string& text, std::string_view help) {
        std::string indented = fmt::format("{}{:{}}{}", commented_ ? "#" : "", "", depth_ * 2, text);
        if (help.empty()) {
            out_ += indented + '\n';
        } else {
            out_ += fmt::format("{:<{}} # {}\n", indented, help_column, help);
        }
    }

    std::string out_{head};
    std::size_t depth_ = 0;
    bool commented_ = false;
};

// Collects the dotted names of what visit() shows.
class KeyLister : public Fields {
  public:
    std::vector<std::string> take() { return std::move(keys_); }

    void flag(Key key, bool&) override { add(key.name); }
    void count(Key key, std::uint32_t&, CountRange) override { add(key.name); }
    void size(Key key, std::uint64_t&, SizeRange) override { add(key.name); }
    void duration(Key key, std::chrono::milliseconds&, DurationRange) override { add(key.name); }
    void ratio(Key key, double&, RatioRange) override { add(key.name); }
    void text(Key key, std::string&) override { add(key.name); }
    void auto_text(Key key, std::optional<std::string>&) override { add(key.name); }
    void texts(Key key, std::vector<std::string>&) override { add(key.name); }
    void addresses(Key key, std::vector<Address>&) override { add(key.name); }
    void optional_address(Key key, std::optional<Address>&) override { add(key.name); }
    void networks(Key key, std::vector<Network>&) override { add(key.name); }
    void subset(Key key, std::uint32_t&, std::span<const std::string_view>) override { add(key.name); }
    void file(Key key, std::string&, std::uint64_t&) override { add(key.name); }
    void folder(Key key, std::string&) override { add(key.name); }
    void secret(Secrets secrets, Credential&) override {
        for (std::string_view form : {"password", "password_env", "password_file"}) add(form);
        if (secrets == Secrets::any) add("password_hash");
    }

    bool begin(Key key) override {
        add(key.name);
        prefix_.push_back(std::string(key.name));
        return true;
    }
    bool begin_optional(Key key, bool) override { return begin(key); }
    void end() override { prefix_.pop_back(); }

    void admins(Config&) override { element("admins", Admin{}); }
    void users(Config&) override { element("users", User{}); }
    void tablet_defaults(Config& config) override { element("tablet_defaults", config.tablet_defaults); }
    void keyspaces(Config& config) override {
        begin({"keyspaces", {}});
        prefix_.push_back("NAME");
        add(keyspace_database.name);
        add(keyspace_other_databases.name);
        visit(*this, config.tablet_defaults);
        add(keyspace_vschema.name);
        begin(keyspace_shards);
        prefix_.push_back("NAME");
        for (Key tablet : {shard_primary, shard_replicas}) {
            begin(tablet);
            add(tablet_address.name);
            visit(*this, config.tablet_defaults);
            end();
        }
        for (int level = 0; level < 4; ++level) end();
    }

  protected:
    std::size_t choose(Key key, std::size_t index, std::span<const std::string_view>) override {
        add(key.name);
        return index;
    }

  private:
    void add(std::string_view name) {
        keys_.push_back(prefix_.empty() ? std::string(name)
                                        : fmt::format("{}.{}", fmt::join(prefix_, "."), name));
    }

    template <typename T>
    void element(std::string_view name, T value) {
        begin({name, {}});
        visit(*this, value);
        end();
    }

    std::vector<std::string> prefix_;
    std::vector<std::string> keys_;
};

}  // namespace

std::string default_config() {
    Config config;
    Printer printer;
    visit(printer, config);
    return printer.take();
}

std::vector<std::string> known_keys() {
    Config config;
    KeyLister lister;
    visit(lister, config);
    return lister.take();
}

}  // namespace leasehold::config
