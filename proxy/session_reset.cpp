#include "proxy/session_reset.h"

namespace leasehold::proxy {

net::Task<void> end_reservations(Session& session) {
    HeldLeases& held = session.held();
    while (!held.empty()) {
        HeldLease& lease = held.all().front();
        pool::Pool& pool = *lease.pool;
        // What no reset clears is closed by its pool.
        const bool resettable =
            pool::decide(lease.lease->condition, {}).disposition == pool::Disposition::reset;
        if (resettable && !lease.lease.reasons().only(pool::Reason::previous_statement)) {
            lease.lease.set_reasons({});
            const Result<void> restored =
                co_await session.site().dialer().restore(pool.tablet(), *lease.lease);
            if (!restored) lease.lease->condition.stream_lost = true;
        }
        held.give_back(pool);
    }
}

}  // namespace leasehold::proxy
