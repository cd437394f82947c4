#include "proxy/held_leases.h"

#include <algorithm>

namespace leasehold::proxy {

HeldLease* HeldLeases::find(const pool::Pool& pool) {
    for (HeldLease& held : leases_) {
        if (held.pool == &pool) return &held;
    }
    return nullptr;
}

bool HeldLeases::owns(const HeldLease* held) const {
    return std::ranges::any_of(leases_, [&](const HeldLease& lease) { return &lease == held; });
}

HeldLease& HeldLeases::add(HeldLease lease) {
    leases_.push_back(std::move(lease));
    return leases_.back();
}

void HeldLeases::give_back(const pool::Pool& pool) {
    std::erase_if(leases_, [&](const HeldLease& held) { return held.pool == &pool; });
}

void HeldLeases::end_reason(pool::Reason reason) {
    for (HeldLease& held : leases_) {
        pool::ReasonSet reasons = held.lease.reasons();
        reasons.remove(reason);
        held.lease.set_reasons(reasons);
    }
    std::erase_if(leases_, [](const HeldLease& held) { return held.lease.reasons().empty(); });
}

bool HeldLeases::in_transaction() const {
    return has(pool::Reason::transaction);
}

bool HeldLeases::has(pool::Reason reason) const {
    return std::any_of(leases_.begin(), leases_.end(),
                       [&](const HeldLease& held) { return held.lease.reasons().has(reason); });
}

}  // namespace leasehold::proxy
