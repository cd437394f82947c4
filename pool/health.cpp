#include "pool/health.h"

#include <algorithm>
#include <charconv>

namespace leasehold::pool {
namespace {

// MySQL 8.0.22 renamed the columns; MariaDB 10.11 has the old names under the new statement.
constexpr std::string_view io_running[] = {"Replica_IO_Running", "Slave_IO_Running"};
constexpr std::string_view sql_running[] = {"Replica_SQL_Running", "Slave_SQL_Running"};
constexpr std::string_view seconds_behind[] = {"Seconds_Behind_Source", "Seconds_Behind_Master"};
constexpr std::string_view errors[] = {"Last_IO_Error", "Last_SQL_Error", "Last_Error"};

template <std::size_t N>
std::string_view find(const std::vector<StatusField>& row, const std::string_view (&names)[N]) {
    for (const StatusField& field : row) {
        if (std::find(names, names + N, field.name) != names + N && field.value) return *field.value;
    }
    return {};
}

std::string_view first_error(const std::vector<StatusField>& row) {
    for (const std::string_view name : errors) {
        for (const StatusField& field : row) {
            if (field.name == name && field.value && !field.value->empty()) return *field.value;
        }
    }
    return {};
}

Replication parse_channel(const std::vector<StatusField>& row) {
    Replication channel{Replication::State::running, 0, {}};
    const std::string_view behind = find(row, seconds_behind);
    const auto [end, error] =
        std::from_chars(behind.data(), behind.data() + behind.size(), channel.lag_seconds);
    const bool lag_known = error == std::errc() && end == behind.data() + behind.size();
    const std::string_view io = find(row, io_running);
    const std::string_view sql = find(row, sql_running);
    if (io == "Yes" && sql == "Yes" && lag_known) return channel;
    channel.state = Replication::State::broken;
    channel.lag_seconds = 0;
    channel.error = first_error(row);
    if (channel.error.empty()) {
        channel.error = "IO thread: " + std::string(io.empty() ? "?" : io) +
                        ", SQL thread: " + std::string(sql.empty() ? "?" : sql);
    }
    return channel;
}

}  // namespace

const Collation* TabletIdentity::find_collation(std::uint16_t id) const {
    const auto at = std::lower_bound(
        collations.begin(), collations.end(), id,
        [](const Collation& collation, std::uint16_t wanted) { return collation.id < wanted; });
    return at != collations.end() && at->id == id ? &*at : nullptr;
}

const Collation* TabletIdentity::find_collation(std::string_view name) const {
    const auto at = std::find_if(collations.begin(), collations.end(),
                                 [name](const Collation& collation) { return collation.name == name; });
    return at == collations.end() ? nullptr : &*at;
}

std::string_view to_string(Replication::State state) {
    switch (state) {
        case Replication::State::unknown:
            return "unknown";
        case Replication::State::none:
            return "none";
        case Replication::State::running:
            return "running";
        case Replication::State::broken:
            return "broken";
    }
    return "unknown";
}

Replication parse_replica_status(const std::vector<std::vector<StatusField>>& rows) {
    Replication worst{Replication::State::none, 0, {}};
    for (const auto& row : rows) {
        Replication channel = parse_channel(row);
        if (channel.state == Replication::State::broken) return channel;
        if (worst.state == Replication::State::none || channel.lag_seconds > worst.lag_seconds) {
            worst = std::move(channel);
        }
    }
    return worst;
}

RiseFall::Change RiseFall::succeeded() {
    failures_ = 0;
    ++successes_;
    const bool decides = !probed_ || successes_ >= rise_;
    probed_ = true;
    if (up_ || !decides) return Change::none;
    up_ = true;
    return Change::went_up;
}

RiseFall::Change RiseFall::failed() {
    successes_ = 0;
    ++failures_;
    const bool decides = !probed_ || failures_ >= fall_;
    probed_ = true;
    if (!up_ || !decides) return Change::none;
    up_ = false;
    return Change::went_down;
}

void RiseFall::set_limits(const config::Health& limits) {
    rise_ = limits.rise;
    fall_ = limits.fall;
}

void RiseFall::assume(bool up) {
    if (up_ == up) return;
    up_ = up;
    successes_ = failures_ = 0;
}

}  // namespace leasehold::pool
