#include "proxy/site.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "proxy/session.h"

namespace leasehold::proxy {
namespace {

router::PlanLimits plan_limits(const config::Config& config) {
    return {.cache_bytes = config.plan_cache.size,
            .cache_entries = config.plan_cache.entries,
            .max_cached_statement = config.plan_cache.max_statement,
            .max_depth = config.limits.max_parse_depth};
}

// DDL that did not come through this process shows after this time.
constexpr std::chrono::seconds learned_columns_lifetime{10};

}  // namespace

Site::Site(net::Worker& worker, Process& process, pool::Neighbours& neighbours, unsigned workers,
           pool::Dialer::Kill kill, std::shared_ptr<const World> world)
    : worker_(worker),
      process_(process),
      neighbours_(neighbours),
      workers_(workers),
      dialer_(worker, std::move(kill)),
      world_(std::move(world)),
      plans_(std::make_unique<router::PlanCache>(world_->topology, plan_limits(*world_->config))) {}

Site::~Site() = default;

void Site::keep_min_idle() {
    for (const auto& tablet : world_->all_tablets()) {
        if (tablet->limits().min_idle > 0) pool_of(tablet).maintain();
    }
}

pool::Pool& Site::pool_of(const std::shared_ptr<pool::Tablet>& tablet) {
    std::unique_ptr<pool::Pool>& slot = pools_[tablet.get()];
    if (!slot) {
        const pool::PoolOptions options{worker_.index(), workers_,
                                        config().limits.tablet_prepared_stmt_cache};
        slot = std::make_unique<pool::Pool>(worker_, tablet, dialer_, neighbours_, options);
    }
    return *slot;
}

pool::Pool* Site::find_pool(const pool::Tablet& tablet) {
    const auto found = pools_.find(&tablet);
    return found == pools_.end() ? nullptr : found->second.get();
}

Result<std::shared_ptr<pool::Tablet>> Site::choose_tablet(std::size_t keyspace, std::size_t shard,
                                                          TabletType type) {
    const ShardTablets& tablets = world_->tablets[keyspace][shard];
    if (type == TabletType::primary) return tablets.primary;
    const std::size_t count = tablets.replicas.size();
    for (std::size_t i = 0; i < count; ++i) {
        const auto& replica = tablets.replicas[next_replica_++ % count];
        if (replica->up()) return replica;
    }
    const router::Keyspace& of = world_->topology->keyspaces[keyspace];
    return make_error(mysql_error::unknown_error, "no replica of " + of.name + "/" + of.shards[shard].name +
                                                      (count == 0 ? " is configured" : " is up"));
}

void Site::learn_columns(const router::KeyspaceTable& table, std::vector<std::string> columns) {
    if (columns_learned_at_ == net::TimePoint{}) columns_learned_at_ = worker_.now();
    plans_->learn_columns(table, std::move(columns));
}

void Site::forget_columns() {
    columns_learned_at_ = {};
    if (plans_->forget_columns()) ++generation_;
}

bool Site::columns_expired() const {
    return worker_.now() - columns_learned_at_ > learned_columns_lifetime;
}

std::shared_ptr<const router::CatalogTables> Site::catalog_columns(const pool::Tablet* tablet) const {
    constexpr auto kept_for = std::chrono::minutes(5);
    const auto found = catalog_columns_.find(tablet);
    if (found == catalog_columns_.end() || worker_.now() - found->second.since > kept_for) return nullptr;
    return found->second.columns;
}

void Site::keep_catalog_columns(const pool::Tablet* tablet,
                                std::shared_ptr<const router::CatalogTables> columns) {
    // A reload may have come between the question and the answer.
    const auto tablets = world_->all_tablets();
    if (std::ranges::none_of(tablets, [&](const auto& one) { return one.get() == tablet; })) return;
    catalog_columns_[tablet] = {std::move(columns), worker_.now()};
}

void Site::replace_world(std::shared_ptr<const World> world) {
    world_ = std::move(world);
    ++generation_;
    plans_->replace_topology(world_->topology);
    catalog_columns_.clear();
    const auto wanted = world_->all_tablets();
    for (auto at = pools_.begin(); at != pools_.end();) {
        const bool kept = std::any_of(wanted.begin(), wanted.end(),
                                      [&](const auto& tablet) { return tablet.get() == at->first; });
        if (kept) {
            at->second->drop_superseded();
            ++at;
        } else {
            at->second->close();
            retired_.push_back(std::move(at->second));
            at = pools_.erase(at);
        }
    }
    forget_drained_pools();
    keep_min_idle();
}

void Site::forget_drained_pools() {
    std::erase_if(retired_, [](const auto& pool) { return pool->drained(); });
}

void Site::drain(bool at_once) {
    draining_ = true;
    each_session([&](Session& session) { session.ask_to_leave(at_once); });
}

void Site::shrink() {
    worker_.buffers().shrink();
    compressor_.shrink();
    plans_->shrink(plans_->stats().bytes / 2);
}

void Site::close_pools() {
    each_pool([](pool::Pool& pool) { pool.close(); });
}

bool Site::idle() const {
    const auto drained = [](const auto& pool) { return pool->drained(); };
    return sessions_.empty() && std::all_of(retired_.begin(), retired_.end(), drained) &&
           std::all_of(pools_.begin(), pools_.end(),
                       [](const auto& entry) { return entry.second->drained(); });
}

std::uint32_t Site::next_session_id() {
    do {
        last_session_ += workers_;
    } while (sessions_.contains(last_session_ + worker_.index()) || last_session_ == 0);
    return last_session_ + worker_.index();
}

void Site::enter(Session& session) {
    sessions_.emplace(session.id(), &session);
}
void Site::leave(Session& session) {
    sessions_.erase(session.id());
}

Session* Site::find_session(std::uint32_t id) {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : found->second;
}

}  // namespace leasehold::proxy
