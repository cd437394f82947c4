// What a control thread does at one tablet while it has it for itself; no lock is held here.
#include <fmt/format.h>

#include "base/log.h"
#include "base/mysql_errors.h"
#include "pool/control_entry.h"
#include "pool/control_plane.h"

namespace leasehold::pool {
namespace {

using Clock = std::chrono::steady_clock;

Result<std::optional<Learned>> ensure_connection(ControlEntry& entry, std::chrono::milliseconds timeout) {
    if (entry.connection) return std::optional<Learned>();
    auto made = ControlConnection::connect(entry.tablet->spec(), timeout);
    if (!made) return made.error();
    auto learned = learn(**made);
    if (!learned) return learned.error();
    entry.connection = std::move(*made);
    return std::optional<Learned>(std::move(*learned));
}

// Perhaps it is our own pools that fill it: taking it for dead would make that an outage.
bool is_full(const Error& error) {
    return error.code == mysql_error::con_count || error.code == mysql_error::too_many_user_connections ||
           error.code == mysql_error::user_limit_reached;
}

}  // namespace

ProbeResult probe(ControlEntry& entry, std::chrono::milliseconds timeout) {
    ProbeResult result;
    result.began = Clock::now();
    for (bool again = true; again;) {
        const bool kept = entry.connection != nullptr;
        again = false;
        auto connected = ensure_connection(entry, timeout);
        if (!connected) {
            result.error = connected.error();
            result.alive = is_full(connected.error());
            break;
        }
        if (*connected) result.learned = std::move(*connected);
        auto observation = observe(*entry.connection, entry.tablet->spec().type);
        if (observation) {
            result.observation = std::move(*observation);
        } else if (!ControlConnection::is_lost(observation.error())) {
            result.error = observation.error();
        } else {
            entry.connection.reset();
            // It may have timed out, which a probe would have noticed; a hanging tablet costs no second
            // timeout.
            again = kept && Clock::now() - result.began < timeout;
            if (!again) result.error = observation.error();
        }
    }
    result.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - result.began);
    return result;
}

KillResult send_kills(ControlEntry& entry, std::vector<KillQueue::Entry> kills,
                      std::chrono::milliseconds timeout) {
    KillResult result;
    Clock::time_point not_before{};
    bool fresh = false;
    std::size_t next = 0;
    while (next < kills.size()) {
        fresh = !entry.connection;
        auto connected = ensure_connection(entry, timeout);
        if (!connected) {
            result.error = connected.error();
            break;
        }
        if (*connected) {
            not_before = (*connected)->latest_start;
            result.learned = std::move(*connected);
        }
        const KillQueue::Entry& kill = kills[next];
        const bool late =
            kill.query_only && Clock::now() - kill.queued_at > ControlPlane::query_kill_lifetime;
        if (late || kill.queued_at <= not_before) {
            ++result.stale;
            ++next;
            continue;
        }
        const std::string_view what = kill.query_only ? "QUERY" : "CONNECTION";
        const auto answer = entry.connection->query(fmt::format("KILL {} {}", what, kill.thread_id));
        if (answer || answer.error().code == mysql_error::no_such_thread) {
            ++result.sent;
            ++next;
        } else if (ControlConnection::is_lost(answer.error())) {
            entry.connection.reset();
            // One that has just been made and fails already: later.
            if (!fresh) continue;
            result.error = answer.error();
            break;
        } else {
            ++result.refused;
            ++next;
            log(LogLevel::warning, "kill refused",
                {{"tablet", entry.tablet->label()},
                 {"thread", std::to_string(kill.thread_id)},
                 {"why", answer.error().message}});
        }
    }
    result.unsent.assign(kills.begin() + static_cast<std::ptrdiff_t>(next), kills.end());
    return result;
}

}  // namespace leasehold::pool
