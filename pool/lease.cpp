#include "pool/lease.h"

#include "pool/pool.h"

namespace leasehold::pool {

void Lease::give_back() noexcept {
    if (connection_ == nullptr) return;
    Connection& connection = *std::exchange(connection_, nullptr);
    connection.pool().give_back(connection);
}

ReasonSet ReservedLease::reasons() const {
    return lease_->condition.reasons;
}

void ReservedLease::set_reasons(ReasonSet reasons) {
    lease_->pool().set_reasons(*lease_, reasons);
}

Lease ReservedLease::demote() && {
    lease_->pool().demote(*lease_);
    return std::move(lease_);
}

}  // namespace leasehold::pool
