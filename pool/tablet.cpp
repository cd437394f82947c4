#include "pool/tablet.h"

#include "base/log.h"

namespace leasehold::pool {

Tablet::Tablet(TabletSpec spec, const config::Pool& limits)
    : spec_(std::move(spec)),
      address_(net::to_string(spec_.endpoint)),
      label_(spec_.keyspace + "/" + spec_.shard + " " + std::string(to_string(spec_.type)) + " " + address_) {
    set_limits(limits);
}

config::Pool Tablet::limits() const {
    const std::lock_guard lock(mutex_);
    return limits_;
}

void Tablet::set_limits(const config::Pool& limits) {
    budget_.set_caps(limits.size, limits.reserved, limits.max_waiters);
    const std::lock_guard lock(mutex_);
    limits_ = limits;
}

void Tablet::set_up(bool up, std::string_view why) {
    if (up_.exchange(up, std::memory_order_relaxed) == up) return;
    log(up ? LogLevel::info : LogLevel::warning, up ? "tablet up" : "tablet down",
        {{"keyspace", spec_.keyspace},
         {"shard", spec_.shard},
         {"tablet_type", to_string(spec_.type)},
         {"tablet", address_},
         {"why", why}});
}

std::optional<wire::Capabilities> Tablet::usual_profile() const {
    const std::uint64_t profile = profile_.load(std::memory_order_relaxed);
    if (profile == no_profile) return std::nullopt;
    return static_cast<wire::Capabilities>(profile);
}

std::string Tablet::last_error() const {
    const std::lock_guard lock(mutex_);
    return last_error_;
}

void Tablet::set_last_error(std::string_view text) {
    const std::lock_guard lock(mutex_);
    last_error_ = text;
}

}  // namespace leasehold::pool
