// What the control plane asks a tablet. Blocking, on the control plane's threads.
// Source of the columns: mariadb.com/kb, "Information Schema COLLATION_CHARACTER_SET_APPLICABILITY Table";
// dev.mysql.com, "SHOW REPLICA STATUS Statement".
#pragma once

#include <chrono>
#include <memory>

#include "base/error.h"
#include "base/tablet_type.h"
#include "pool/control_connection.h"
#include "pool/health.h"

namespace leasehold::pool {

// Once a connection.
struct Learned {
    std::shared_ptr<const TabletIdentity> identity;
    std::chrono::steady_clock::time_point
        latest_start{};  // the tablet started then, or up to two seconds before
};
Result<Learned> learn(ControlConnection& connection);

// Every probe. A primary is not asked about replication.
struct Observation {
    bool read_only = false;
    bool has_init_connect = false;
    Replication replication;
};
Result<Observation> observe(ControlConnection& connection, TabletType type);

}  // namespace leasehold::pool
