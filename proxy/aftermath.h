// What a statement that has run leaves behind in its session: the reasons that tie its connection from now
// on, the settings that have to follow the session. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pool/reason.h"
#include "pool/settings.h"
#include "proxy/client_state.h"
#include "router/sql/effects.h"

namespace leasehold::proxy {

// What the tablet's answer said.
struct Answer {
    bool failed = false;
    bool in_transaction = false;
    bool autocommit = true;
    bool cursor_open = false;
    bool state_changed = false;  // SESSION_TRACK: something that no variable tells
    bool schema_gone = false;    // SESSION_TRACK: the connection's schema was dropped
    std::uint16_t warnings = 0;
    std::vector<std::pair<std::string, std::string>> variables;  // SESSION_TRACK: name and new value
};

// Whether running a statement with these effects may end with its connection reserved: then a reserved place
// is taken together with the connection.
bool may_reserve(const router::Effects& effects, const ClientState& state);

// The reasons after the statement, from those before it. Keeps count of locks and temporary tables in
// `marks`.
pool::ReasonSet reasons_after(pool::ReasonSet before, const router::Effects& effects, const Answer& answer,
                              SessionMarks& marks);

// The settings after a SET that succeeded. `untracked`: an assignment that cannot be replayed.
struct SettingsAfter {
    pool::SettingsRef settings;
    bool untracked = false;
};
SettingsAfter settings_after(const pool::SettingsRef& before, const router::Effects& effects,
                             const Answer& answer, pool::SettingsTable& table);

// A tracked value as SQL that sets it again: bare when it is a number, else a quoted string.
std::string value_as_sql(std::string_view tracked_value);

}  // namespace leasehold::proxy
