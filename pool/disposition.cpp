#include "pool/disposition.h"

namespace leasehold::pool {
namespace {

// Whatever COM_RESET_CONNECTION is shown to clear on MariaDB 10.11 and MySQL 9 (integration/test_reset.py).
// An XA transaction may survive its connection by design, and of a statement that the grammar does not know
// nothing is known.
constexpr bool clears_on_reset(ReasonSet reasons) {
    return !reasons.has(Reason::xa) && !reasons.has(Reason::unknown_statement);
}

}  // namespace

Decision decide(const Condition& condition, const Circumstance& circumstance) {
    if (condition.answer_pending) return {Disposition::close, CloseCause::abandoned, true};
    if (condition.stream_lost) return {Disposition::close, CloseCause::tablet_closed};
    if (condition.kill_sent) return {Disposition::close, CloseCause::abandoned};
    if (circumstance.superseded) return {Disposition::close, CloseCause::superseded};
    if (!clears_on_reset(condition.reasons)) return {Disposition::close, CloseCause::unresettable};
    if (circumstance.lifetime_over) return {Disposition::close, CloseCause::lifetime};
    if (circumstance.owed) return {Disposition::close, CloseCause::rebalanced};
    if (condition.in_transaction || condition.next_transaction_set || !condition.reasons.empty())
        return {Disposition::reset};
    return {Disposition::reuse};
}

std::string_view to_string(CloseCause cause) {
    switch (cause) {
        case CloseCause::dial_failed:
            return "dial_failed";
        case CloseCause::tablet_closed:
            return "tablet_closed";
        case CloseCause::abandoned:
            return "abandoned";
        case CloseCause::unresettable:
            return "unresettable";
        case CloseCause::reset_failed:
            return "reset_failed";
        case CloseCause::lifetime:
            return "lifetime";
        case CloseCause::idle:
            return "idle";
        case CloseCause::superseded:
            return "superseded";
        case CloseCause::rebalanced:
            return "rebalanced";
    }
    return "tablet_closed";
}

std::string_view to_string(Disposition disposition) {
    switch (disposition) {
        case Disposition::reuse:
            return "reuse";
        case Disposition::reset:
            return "reset";
        case Disposition::close:
            return "close";
    }
    return "close";
}

}  // namespace leasehold::pool
