#include "proxy/start_log.h"

#include <sys/resource.h>

#include "base/log.h"
#include "proxy/version.h"

namespace leasehold::proxy {
namespace {

void log_tablet(pool::Tablet& tablet, const pool::ControlPlane& control) {
    const pool::TabletHealth health = control.health(tablet);
    const std::uint32_t cap = tablet.budget().connection_cap();
    log(tablet.up() ? LogLevel::info : LogLevel::warning, "tablet",
        {{"keyspace", tablet.spec().keyspace},
         {"shard", tablet.spec().shard},
         {"tablet_type", to_string(tablet.spec().type)},
         {"tablet", tablet.address()},
         {"state", tablet.up() ? "up" : "down"},
         {"server", health.identity ? health.identity->version : "unknown"},
         {"pool_size", static_cast<std::uint64_t>(cap)},
         {"max_connections",
          static_cast<std::uint64_t>(health.identity ? health.identity->max_connections : 0)}});
    if (health.identity && cap > health.identity->max_connections * 8 / 10) {
        log(LogLevel::warning, "pool.size is above 80 % of the tablet's max_connections",
            {{"tablet", tablet.address()},
             {"pool_size", static_cast<std::uint64_t>(cap)},
             {"max_connections", static_cast<std::uint64_t>(health.identity->max_connections)}});
    }
}

void log_file_limit(const World& world) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    std::uint64_t wanted = world.config->listen.max_clients + 100;
    for (const auto& tablet : world.all_tablets()) wanted += tablet->budget().connection_cap();
    log(files.rlim_cur < wanted ? LogLevel::warning : LogLevel::info, "file limit",
        {{"open_files", static_cast<std::uint64_t>(files.rlim_cur)}, {"wanted", wanted}});
}

}  // namespace

void log_start(const World& world, const pool::ControlPlane& control, std::size_t workers,
               const HttpServer* http) {
    log(LogLevel::info, "leasehold",
        {{"version", version}, {"workers", static_cast<std::uint64_t>(workers)}});
    if (http != nullptr) log(LogLevel::info, "listening", {{"http", config::to_string(http->address())}});
    log(LogLevel::info, "presents itself as", {{"server_version", world.identity.server_version}});
    for (const auto& tablet : world.all_tablets()) log_tablet(*tablet, control);
    log_file_limit(world);
}

}  // namespace leasehold::proxy
