// The SHOW statements that the proxy answers on the data port: MySQL's PROCESSLIST and DATABASES, Vitess's
// KEYSPACES, VITESS_SHARDS, VITESS_TABLETS and VSCHEMA TABLES. Columns as in MySQL 8 and Vitess. Pure.
// Source: dev.mysql.com, "SHOW PROCESSLIST Statement"; vitess.io, "Analyzing VSchema / SHOW statements".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin_table.h"
#include "proxy/admin_view.h"
#include "router/topology.h"

namespace leasehold::proxy {

// `like`: an empty pattern shows all. `only_user`: empty shows everybody's sessions.
Table processlist(std::span<const ClientRow> clients, bool full, std::string_view only_user = {});

// `visible`: the keyspaces the user may use; empty: all.
Table show_databases(const metrics::Snapshot& snapshot, std::span<const std::string> visible,
                     std::string_view like);
Table show_keyspaces(const metrics::Snapshot& snapshot, std::span<const std::string> visible,
                     std::string_view like);
Table show_vitess_shards(const metrics::Snapshot& snapshot, std::span<const std::string> visible,
                         std::string_view like);
Table show_vitess_tablets(const metrics::Snapshot& snapshot, std::span<const std::string> visible,
                          std::string_view like);
// Tables of the vschema of the keyspace that the session has chosen.
Table show_vschema_tables(const router::Keyspace& keyspace, std::string_view like);

}  // namespace leasehold::proxy
