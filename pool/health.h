// What the control plane knows of a tablet, and the rule by which probes mark it up or down. Plain values and
// a pure state machine: pool/control_plane.h does the probing.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace leasehold::pool {

struct Collation {
    std::uint16_t id = 0;
    std::string name;           // "utf8mb4_general_ci"
    std::string character_set;  // "utf8mb4"
    bool is_default = false;    // of its character set
};

// What a tablet says of itself when the control connection is made. Immutable: shared by whoever reads it.
struct TabletIdentity {
    std::string version;          // VERSION(), as the greeting carries it: "10.11.14-MariaDB-0+deb12u2"
    std::string version_comment;  // "Debian 12"
    std::string sql_mode;         // global
    std::string default_collation;
    std::string default_character_set;
    std::uint16_t default_collation_id = 0;  // 0: its collations could not be read
    std::uint32_t max_connections = 0;
    std::uint64_t max_allowed_packet = 0;
    std::uint64_t server_id = 0;
    std::uint32_t lower_case_table_names = 0;
    std::vector<Collation> collations;  // by id

    bool is_mariadb() const { return version.find("MariaDB") != std::string::npos; }
    // Null when the tablet has none with this id or name.
    const Collation* find_collation(std::uint16_t id) const;
    const Collation* find_collation(std::string_view name) const;
};

struct Replication {
    enum class State : std::uint8_t {
        unknown,  // not asked yet, or the tablet's user may not ask (`error` says so)
        none,     // not a replica of anything
        running,
        broken,  // a replica whose threads do not run, or that cannot say how far behind it is
    };
    State state = State::unknown;
    std::uint64_t lag_seconds = 0;  // when running
    std::string error;              // when broken or unknown: the tablet's own words

    bool operator==(const Replication&) const = default;
};
std::string_view to_string(Replication::State state);

// The fields of SHOW REPLICA STATUS or SHOW SLAVE STATUS that matter, by the names of either server and any
// version; the first row of several channels that is broken, else the one furthest behind. NULL is an empty
// optional.
struct StatusField {
    std::string_view name;
    std::optional<std::string_view> value;
};
Replication parse_replica_status(const std::vector<std::vector<StatusField>>& rows);

struct TabletHealth {
    std::shared_ptr<const TabletIdentity> identity;  // null until the tablet was first reached
    Replication replication;
    bool read_only = false;
    std::uint32_t failures = 0;                         // probes failed in a row
    std::string last_error;                             // of the last failed probe; kept after a success
    std::chrono::steady_clock::time_point probed_at{};  // zero: never
    std::chrono::microseconds probe_time{0};
};

// `fall` failures in a row mark a tablet down, `rise` successes in a row mark it up. Of a tablet that was
// never probed nothing is known: its first probe decides at once.
class RiseFall {
  public:
    RiseFall(const config::Health& limits, bool up) : rise_(limits.rise), fall_(limits.fall), up_(up) {}

    enum class Change : std::uint8_t { none, went_up, went_down };
    Change succeeded();
    Change failed();
    void set_limits(const config::Health& limits);
    // What holds now, in case somebody else (a dial) changed it: counting then starts anew.
    void assume(bool up);
    bool up() const { return up_; }
    std::uint32_t failures() const { return failures_; }

  private:
    std::uint32_t rise_, fall_;
    bool up_;
    bool probed_ = false;
    std::uint32_t successes_ = 0, failures_ = 0;
};

}  // namespace leasehold::pool
