// What a client chose and changed in its session: plain data. Thread: the worker's.
#pragma once

#include <boost/container/flat_set.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pool/connection.h"
#include "pool/settings.h"
#include "proxy/idle_timeouts.h"
#include "router/sql/sql_mode.h"
#include "router/topology.h"
#include "wire/server_handshake.h"

namespace leasehold::proxy {

// A transaction is open from BEGIN on, though a tablet learns of it with the first statement it gets.
struct TransactionState {
    bool open = false;
    bool implicit = false;                // of one statement over several shards
    std::string options;                  // what followed START TRANSACTION
    std::vector<std::string> savepoints;  // in order, names as written; told to shards that join later
    std::string next_characteristics;     // SET TRANSACTION without a scope: for one transaction
};

// Sets that most sessions leave empty: half as large then as a tree would be.
using Names = boost::container::flat_set<std::string>;
using OpenCursors = boost::container::flat_set<pool::PreparedTextRef>;

// What the session made on its tablet connections that only it can tell the end of.
struct SessionMarks {
    Names advisory_locks;       // see proxy/advisory_locks.h
    bool unnamed_lock = false;  // one whose name is not known
    std::vector<std::string> temporary_tables;
    Names prepared;  // as text
    // Statements with an open cursor. A tablet connection has each text prepared once, so a text has one
    // cursor.
    OpenCursors cursors;
};

// LAST_INSERT_ID() is what the tablet told, or what it was before, or without `before` anything else: its
// connection knows.
struct DoubtfulInsertId {
    const pool::Pool* on = nullptr;  // compared only
    std::optional<std::uint64_t> before;
};

// Of a shard whose part of a SELECT was left out (SCATTER_ERRORS_AS_WARNINGS).
struct ShardFailure {
    std::uint16_t code = 0;
    std::string message;
};

struct ClientState {
    wire::Login login;
    router::Target target;
    pool::SettingsRef settings;
    pool::SettingsRef login_settings;  // what the login itself chose: the collation
    router::SqlMode sql_mode;
    router::SqlMode server_sql_mode;  // before the session sets its own
    bool autocommit = true;
    TransactionState transaction;
    SessionMarks marks;
    std::uint64_t last_insert_id = 0;
    // Set while the client may still ask for the warnings of the statement that made it doubtful.
    std::optional<DoubtfulInsertId> doubtful_insert_id;
    const pool::Connection* last_insert_on =
        nullptr;  // compared only: where LAST_INSERT_ID() is right as it is
    std::uint16_t warnings = 0;
    std::vector<ShardFailure> shard_failures;  // of the statement before: its warnings
    bool failed = false;                       // the statement before
    std::int64_t row_count = 0;                // ROW_COUNT()
    // FOUND_ROWS(); nothing: SQL_CALC_FOUND_ROWS counted them, only the connection that is kept knows.
    std::optional<std::uint64_t> found_rows = 0;
    IdleTimeouts idle_timeouts;
    std::vector<pool::Connection*> running;  // tablet connections that work on the statement of this moment
};

}  // namespace leasehold::proxy
