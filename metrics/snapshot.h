// Everything that /metrics, the status page and the admin's SHOW commands tell, at one moment, summed over
// workers. Plain values without pointers into the process: whoever fills it (proxy/) reads counters, whoever
// shows it reads this. Names of states, causes, reasons and kinds are the enums' own words (to_string), so
// that nothing here has to know them. Times: the unit is in the name. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/jemalloc.h"
#include "metrics/histogram.h"

namespace leasehold::metrics {

// A count by a name of a closed set: a close cause, a reason, a disposition.
struct NamedCount {
    std::string name;
    std::uint64_t count = 0;

    bool operator==(const NamedCount&) const = default;
};

// One tablet and its pools on all workers.
struct TabletFigures {
    std::string keyspace;
    std::string shard;
    std::string tablet_type;  // primary, replica
    std::string tablet;       // address
    bool up = false;
    std::string state;  // ONLINE, SHUNNED (down), DRAINING, OFFLINE; empty: as `up` says
    std::uint64_t capacity = 0;
    std::uint64_t reserved_capacity = 0;

    std::uint64_t idle = 0, leased = 0, reserved = 0, connecting = 0;
    std::uint64_t opened = 0;
    std::vector<NamedCount> closed;          // by cause
    std::vector<NamedCount> leases;          // by kind: plain, reserved
    std::vector<NamedCount> returned;        // by disposition: reuse, reset, close
    std::vector<NamedCount> reserved_now;    // by reason; one lease may have several
    std::vector<NamedCount> reserved_total;  // by reason, since start

    std::uint64_t waiters = 0;
    std::uint64_t longest_wait_us = 0;  // since start
    Histogram wait;                     // granted, timed out and cancelled alike
    std::uint64_t waits_timed_out = 0, waits_refused = 0;

    // What the control plane found; empty until its first probe.
    std::optional<double> replication_lag_seconds;  // replicas whose replication runs
    bool replication_broken = false;                // a replica that does not replicate
    std::optional<bool> read_only;
    std::string server_version;
    std::uint64_t server_id = 0;
    std::uint64_t max_connections = 0;
    std::uint64_t probes_failed_in_a_row = 0;
    std::string last_error;

    std::uint64_t closed_total() const;
    std::uint64_t connections() const { return idle + leased + reserved + connecting; }
};

struct QueryCount {
    std::string keyspace;   // empty: none chosen
    std::string plan;       // router::to_string(Opcode)
    std::string statement;  // router::to_string(StatementKind)
    std::uint64_t count = 0;
};

struct QueryTime {
    std::string keyspace;
    std::string plan;
    Histogram seconds;
};

struct ErrorCount {
    std::string keyspace;
    std::string code;  // a MySQL error number, or "other" (metrics/error_counts.h)
    std::uint64_t count = 0;
};

// `direction`: "in" from clients, "out" to clients.
struct Traffic {
    std::string keyspace;
    std::string direction;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
};

// Rows of shards that were brought together on one tablet for SELECTs.
struct Gathered {
    std::string keyspace;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
};

struct TransactionCount {
    std::string keyspace;
    std::string kind;     // single (one shard), multi
    std::string outcome;  // commit, rollback, lost, partial
    std::uint64_t count = 0;
    std::uint64_t total_us = 0;  // their durations added up; 0 where it is not measured
};

struct ClientCount {
    std::string keyspace;
    std::string state;  // idle, active, waiting, login
    std::uint64_t count = 0;
};

struct PlanCacheFigures {
    std::uint64_t hits = 0, misses = 0, evictions = 0;
    std::uint64_t entries = 0, bytes = 0;
};

struct MemoryComponent {
    std::string component;
    std::uint64_t bytes = 0;
};

// Sessions and tablet connections, by the keyspace they are for now.
struct KeyspaceMemory {
    std::string keyspace;  // empty: none chosen
    std::uint64_t bytes = 0;
};

// The budget of the process (memory.*).
struct MemoryBudgetFigures {
    std::uint64_t limit = 0, watermark = 0;  // bytes
    std::uint64_t resident = 0;              // bytes in RAM
    std::uint64_t refusals = 0;              // statements, since start
    bool profiling = false;
};

struct KeyspaceFigures {
    std::string name;
    std::string database;  // the schema's name on the tablets
    bool sharded = false;
    bool paused = false;
    std::vector<std::string> shards;
    std::uint64_t tables = 0;    // of the vschema
    std::uint64_t vindexes = 0;  // of the vschema
};

struct Snapshot {
    std::string version;
    double uptime_seconds = 0;
    bool listening = false;  // clients are taken; false while starting and while draining
    std::vector<KeyspaceFigures> keyspaces;
    std::vector<TabletFigures> tablets;
    std::vector<QueryCount> queries;
    std::vector<QueryTime> query_times;
    std::vector<ErrorCount> errors;
    std::vector<Traffic> traffic;
    std::vector<Gathered> gathered;
    std::vector<TransactionCount> transactions;
    std::vector<ClientCount> clients;
    PlanCacheFigures plan_cache;
    std::vector<MemoryComponent> memory;  // add up to what the allocator has given out
    std::vector<KeyspaceMemory> keyspace_memory;
    std::optional<jemalloc::Figures> allocator;  // empty: the process does not run on jemalloc
    MemoryBudgetFigures budget;
    std::uint64_t live_connections = 0;  // Connection objects in the process
    std::uint64_t workers = 0;
    std::uint64_t clients_accepted = 0, clients_refused = 0;
    std::uint64_t max_clients = 0;
    std::uint64_t kills_sent = 0, kills_dropped = 0;  // of the control plane
    std::uint64_t log_records_lost = 0;
};

}  // namespace leasehold::metrics
