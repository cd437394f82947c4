// What becomes of a connection that is given back: a pure function of what it carries.
#pragma once

#include <cstdint>
#include <string_view>

#include "pool/reason.h"

namespace leasehold::pool {

// What a leased connection carries, kept true by whoever speaks on it.
struct Condition {
    bool stream_lost = false;     // closed by the tablet, half-read, or out of step with the protocol
    bool answer_pending = false;  // a statement was sent and its answer not read to the end
    bool kill_sent = false;       // a KILL QUERY is on its way and may arrive when another statement runs
    bool in_transaction = false;  // the tablet's status flags say so
    bool next_transaction_set = false;  // was told SET TRANSACTION, which a later transaction may use up
    ReasonSet reasons;                  // what tied it to its session when it was given back
};

// What the pool knows of it besides.
struct Circumstance {
    bool lifetime_over = false;
    bool superseded = false;  // its pool is closing, drained or was told to reconnect
    bool owed = false;        // another worker waits for this tablet and has fewer connections
};

enum class Disposition : std::uint8_t { reuse, reset, close };

enum class CloseCause : std::uint8_t {
    dial_failed,
    tablet_closed,  // the tablet closed it, or its stream broke
    abandoned,      // given back with an answer pending: its statement is killed as well
    unresettable,   // carries what no reset is known to clear
    reset_failed,
    lifetime,
    idle,
    superseded,
    rebalanced,  // given up to another worker, or to make room for other capabilities
};
inline constexpr std::size_t close_cause_count = 9;
std::string_view to_string(CloseCause cause);
std::string_view to_string(Disposition disposition);

struct Decision {
    Disposition disposition;
    CloseCause cause = CloseCause::tablet_closed;  // of close
    bool kill = false;                             // the tablet still works on a statement of this connection
};

[[nodiscard]] Decision decide(const Condition& condition, const Circumstance& circumstance);

}  // namespace leasehold::pool
