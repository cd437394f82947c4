// The keys of the configuration, told once: visit() names every key of a struct with its kind, its range and
// one sentence of help, to whatever goes through them: the reader of YAML, SHOW CONFIG, the printed defaults,
// the list of known keys. A key that is added here is known to all of them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace leasehold::config {

struct Key {
    std::string_view name;
    std::string_view help;
};

struct CountRange {
    std::uint32_t min = 0;
    std::uint32_t max = 0;
    bool auto_is_zero = false;  // the word `auto` is 0
};

struct SizeRange {
    std::uint64_t min = 0;
    std::uint64_t max = 0;
    bool auto_is_zero = false;  // the word `auto` is 0, below `min` as it may be
};

struct DurationRange {
    std::chrono::milliseconds min{0};
    std::chrono::milliseconds max{0};
    bool zero = false;  // 0 is allowed, below `min` as it may be
};

struct RatioRange {
    double min = 0;
    double max = 1;
};

enum class Secrets : std::uint8_t {
    any,    // to check a client's password: a hash will do
    plain,  // to log in with
};

class Fields {
  public:
    virtual ~Fields() = default;

    virtual void flag(Key key, bool& value) = 0;
    virtual void count(Key key, std::uint32_t& value, CountRange range) = 0;
    virtual void size(Key key, std::uint64_t& value, SizeRange range) = 0;
    virtual void duration(Key key, std::chrono::milliseconds& value, DurationRange range) = 0;
    virtual void ratio(Key key, double& value, RatioRange range) = 0;
    virtual void text(Key key, std::string& value) = 0;
    virtual void auto_text(Key key, std::optional<std::string>& value) = 0;  // the word `auto`: unset
    virtual void texts(Key key, std::vector<std::string>& value) = 0;
    virtual void addresses(Key key, std::vector<Address>& value) = 0;           // one or a list
    virtual void optional_address(Key key, std::optional<Address>& value) = 0;  // the word `off`: unset
    virtual void networks(Key key, std::vector<Network>& value) = 0;  // one or a list, which may be empty
    virtual void file(Key key, std::string& path, std::uint64_t& fingerprint) = 0;  // "": none
    virtual void folder(Key key, std::string& path) = 0;  // never empty; need not exist
    virtual void secret(Secrets secrets,
                        Credential& value) = 0;  // password, password_env, password_file, password_hash

    // Any of the names, as a list; by bits, the first name is the lowest.
    virtual void subset(Key key, std::uint32_t& chosen, std::span<const std::string_view> names) = 0;

    // A map below this one; false: this visitor has nothing to do there, and end() is not called.
    virtual bool begin(Key key) = 0;
    // The same for one that may be absent.
    virtual bool begin_optional(Key key, bool present) = 0;
    virtual void end() = 0;

    // What is a list, or a map of names, or inherited.
    virtual void admins(Config& config) = 0;
    virtual void users(Config& config) = 0;
    virtual void tablet_defaults(Config& config) = 0;
    virtual void keyspaces(Config& config) = 0;

    template <typename E, std::size_t N>
    void choice(Key key, E& value, const std::array<std::string_view, N>& names) {
        value = static_cast<E>(choose(key, static_cast<std::size_t>(value), names));
    }

  protected:
    // The index of the chosen name; `index` where this visitor does not choose.
    virtual std::size_t choose(Key key, std::size_t index, std::span<const std::string_view> names) = 0;
};

// "zlib, zstd" of what a subset chose.
std::string joined_names(std::uint32_t chosen, std::span<const std::string_view> names);

void visit(Fields& fields, Config& config);
void visit(Fields& fields, Admin& admin);
void visit(Fields& fields, User& user);
void visit(Fields& fields, TabletSettings& settings);

// The keys of a keyspace, a shard and a tablet beside those of TabletSettings; read in read_keyspaces.cpp.
inline constexpr Key keyspace_database{"database",
                                       "the schema's name on the tablets; default: the keyspace's name"};
inline constexpr Key keyspace_other_databases{
    "other_databases", "databases that are no keyspaces are looked for on its tablets; not sharded"};
inline constexpr Key keyspace_shards{"shards", "shard name (a Vitess key range) to its tablets"};
inline constexpr Key keyspace_vschema{"vschema",
                                      "a file of JSON or YAML, or the map itself: Vitess's VSchema"};
inline constexpr Key shard_primary{"primary",
                                   "an address, or a map of address and what differs from the keyspace's"};
inline constexpr Key shard_replicas{"replicas", "a list of the same"};
inline constexpr Key tablet_address{"address", "host:port, [ipv6]:port or unix:/path"};

}  // namespace leasehold::config
