// SHOW STATS, QUERIES, LISTS and HELP: sums over the snapshot, and text. Pure.
#pragma once

#include "proxy/admin_table.h"
#include "proxy/admin_view.h"

namespace leasehold::proxy::admin {

// A row a keyspace. PgBouncer's columns and units (microseconds, bytes); its averages are over the last
// minute, ours since start: counts and bytes a second, times an event. Source: pgbouncer.org/usage.html,
// "SHOW STATS".
Table show_stats(const AdminView& view);

// Statements by keyspace, plan and kind, the most frequent first.
Table show_queries(const AdminView& view);

// How many there are of each thing.
Table show_lists(const AdminView& view);

}  // namespace leasehold::proxy::admin
