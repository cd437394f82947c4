// Answers that belong to the session, whichever tablet connection served it: ROW_COUNT(), FOUND_ROWS(),
// CONNECTION_ID(), DATABASE(), USER(). What a statement's answer says is kept in ClientState; a statement
// that asks has the values written into its text (router/session_values.h). Thread: the worker's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/relay.h"
#include "proxy/session.h"
#include "router/plan.h"

namespace leasehold::proxy {

// After each statement, from its answer: a row count, a result set's rows, or an error.
void note_answer(ClientState& state, const router::Plan& plan, const RelayEnd& end);

// Whose ROW_COUNT() and FOUND_ROWS(): the session's, or those of the statement that goes to the same tablet
// in front of this one.
enum class Counts : std::uint8_t { of_session, of_connection };

// The statement as it is to be planned and sent; nothing: as it stands.
std::optional<std::string> with_session_values(const Session& session, const router::Plan& plan,
                                               std::string_view sql, Counts counts = Counts::of_session);

}  // namespace leasehold::proxy
