// wait_timeout and interactive_timeout, as far as a session sets them. They are the session's own: Leasehold
// ends a silent client by them, and no tablet connection keeps them, for its tablet would close it under
// whoever has it then. Thread: the worker's. Source: what MariaDB 10.11 and MySQL 9 do
// (integration/protocol/test_session_timeouts.py asks them).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "config/config.h"
#include "net/task.h"
#include "router/sql/effects.h"

namespace leasehold::pool {
class Connection;
}

namespace leasehold::proxy {

class Session;
struct Answer;

// Which of a server's two a session's wait_timeout begins with: CLIENT_INTERACTIVE asks for the second.
enum class IdleDefault : std::uint8_t { wait_timeout, interactive_timeout };

struct IdleTimeouts {
    std::optional<std::chrono::seconds> wait;         // nothing: not set, or back to its default
    std::optional<std::chrono::seconds> interactive;  // only told: it seeds the other one at a login
    IdleDefault unset = IdleDefault::wait_timeout;    // what holds without `wait`

    bool operator==(const IdleTimeouts&) const = default;
};

// Of a session that begins anew, by a reset or a change of user: MySQL remembers an interactive client then,
// MariaDB knows it only from the login to there.
IdleTimeouts idle_timeouts_anew(bool interactive, bool mariadb);

bool is_idle_timeout(std::string_view variable);

// Whether a statement that succeeded set one: it says so itself, or the server does (a SET in a procedure).
bool sets_idle_timeout(const router::Effects& effects, const Answer& answer);
// What holds after it. The server's value counts (it cuts 0 to 1), and DEFAULT is nothing. Pure.
IdleTimeouts idle_timeouts_after(IdleTimeouts before, const router::Effects& effects, const Answer& answer);

// Takes them over into the session, and gives the connection that it was set on its own ones back.
net::Task<void> take_idle_timeouts(Session& session, pool::Connection& connection,
                                   const router::Effects& effects, const Answer& answer);

// How long a client may be silent; zero: for ever.
std::chrono::milliseconds patience_with(const IdleTimeouts& timeouts, const config::Limits& limits,
                                        bool in_transaction);

}  // namespace leasehold::proxy
