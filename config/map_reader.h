// Reads the keys that visit() names out of a map of the file; every value that does not fit is a problem, and
// at the end every key that nobody asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/context.h"
#include "config/fields.h"
#include "config/yaml_tree.h"

namespace leasehold::config {

enum class KeyStyle : std::uint8_t {
    snake_case,
    snake_or_camel_case,  // Vitess prints its JSON both ways
};

class MapReader : public Fields {
  public:
    // `path` is the map's dotted name for problems; empty at the top. `map` outlives the reader.
    MapReader(const Context& context, const YamlNode& map, std::string path,
              KeyStyle style = KeyStyle::snake_case);

    // The entry of a key, which is known from now on. Null when it is absent.
    const YamlEntry* take(std::string_view name);
    bool has(std::string_view name) { return take(name) != nullptr; }

    // The text of a scalar; a problem and nothing for anything else.
    std::optional<std::string> scalar(const YamlEntry& entry, std::string_view expected);

    // The name of a key of this map: "listen.mysql".
    std::string path_of(std::string_view name) const;
    const Context& context() const { return context_; }

    // Reports the keys that nobody asked for. Call it once, after the last key.
    void finish();

    void flag(Key key, bool& value) override;
    void count(Key key, std::uint32_t& value, CountRange range) override;
    void size(Key key, std::uint64_t& value, SizeRange range) override;
    void duration(Key key, std::chrono::milliseconds& value, DurationRange range) override;
    void ratio(Key key, double& value, RatioRange range) override;
    void text(Key key, std::string& value) override;
    void auto_text(Key key, std::optional<std::string>& value) override;
    void texts(Key key, std::vector<std::string>& value) override;
    void addresses(Key key, std::vector<Address>& value) override;
    void optional_address(Key key, std::optional<Address>& value) override;
    void networks(Key key, std::vector<Network>& value) override;
    void subset(Key key, std::uint32_t& chosen, std::span<const std::string_view> names) override;
    void file(Key key, std::string& path, std::uint64_t& fingerprint) override;
    void folder(Key key, std::string& path) override;
    void secret(Secrets secrets, Credential& value) override;
    bool begin(Key key) override;
    bool begin_optional(Key key, bool present) override;
    void end() override;
    void admins(Config&) override {}
    void users(Config&) override {}
    void tablet_defaults(Config&) override {}
    void keyspaces(Config&) override {}

  protected:
    std::size_t choose(Key key, std::size_t index, std::span<const std::string_view> names) override;

  private:
    struct Frame {
        const YamlNode* map;
        std::string path;
        std::vector<std::string_view> known;
    };

    std::optional<Address> address(const YamlNode& node, const std::string& path);
    void report_value(const YamlEntry& entry, const std::string& shown, std::string_view expected);

    const Context& context_;
    KeyStyle style_;
    std::vector<Frame> frames_;
};

// One of password, password_env, password_file and, where it is allowed, password_hash; leaves `value` as it
// is when none is given (reader.has() tells) or on a problem. No problem shows a secret.
void read_secret(MapReader& reader, Secrets secrets, Credential& value);

// Whether a map names a password in any form.
bool has_secret(const YamlNode& map);

}  // namespace leasehold::config
