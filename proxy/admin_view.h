// What the admin's SHOW statements and the data port's own ones show beyond the metrics: one row each for
// clients, leases and tablet connections. Plain values, filled by whoever collects them from the workers. Any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/describe.h"
#include "metrics/snapshot.h"

namespace leasehold::proxy {

struct ClientRow {
    std::uint64_t id = 0;
    std::string user;
    std::string host;       // "127.0.0.1:50212", "localhost" for a Unix socket
    std::string database;   // as the client named it: "customer", "customer:-80@replica"; empty: none
    std::string state;      // idle, active, waiting, login
    std::string command;    // MySQL's word: Query, Sleep, Execute, Prepare, ...
    std::string statement;  // that runs now; empty when idle
    std::uint64_t connected_ms = 0;  // how long ago it logged in
    std::uint64_t state_ms = 0;      // how long it has been in `state`
    std::uint64_t wait_us = 0;       // waiting: for a lease, until now
    bool tls = false;
    std::uint64_t prepared_statements = 0;
    std::string program;  // connection attribute program_name
    std::string
        reserved_reasons;  // of the leases it holds, "transaction,user_variable"; empty: none reserved
    std::uint64_t leases = 0;
    unsigned worker = 0;
};

struct LeaseRow {
    std::uint64_t id = 0;
    std::string keyspace, shard, tablet, tablet_type;
    std::string kind;     // plain, reserved
    std::string reasons;  // "transaction,user_variable"; empty for a plain one
    std::uint64_t client_id = 0;
    std::string user;
    std::uint64_t age_ms = 0;
    std::string statement;  // that runs, or caused the first reason
};

struct ServerRow {
    std::uint64_t id = 0;
    std::string keyspace, shard, tablet_type, tablet;
    std::string state;                   // idle, leased, reserved, connecting
    std::uint32_t tablet_thread_id = 0;  // the tablet's CONNECTION_ID()
    std::uint64_t client_id = 0;         // 0: nobody's
    std::uint64_t age_ms = 0;            // since it was opened
    std::uint64_t state_ms = 0;          // how long it has been in `state`
    bool tls = false;
    std::uint64_t prepared_statements = 0;
    std::string reserved_reasons;
    unsigned worker = 0;
};

struct PlanRow {
    std::string statement;  // normalised
    std::string keyspace;
    std::string plan;  // opcode
    std::uint64_t hits = 0;
    std::uint64_t bytes = 0;
    unsigned worker = 0;
};

struct AdminView {
    metrics::Snapshot snapshot;
    std::vector<ClientRow> clients;
    std::vector<LeaseRow> leases;
    std::vector<ServerRow> servers;
    std::vector<PlanRow> plans;
    std::vector<config::ConfigLine> config;
};

}  // namespace leasehold::proxy
