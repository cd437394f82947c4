// What every gather has: its scratch tablet, the statement that runs there, its errors. Thread: the worker's.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "proxy/gather_tables.h"
#include "proxy/query.h"
#include "proxy/relay.h"
#include "proxy/scratch.h"

namespace leasehold::proxy {

// The tables are made in the tablet's own database, whatever schema the session has chosen (`USE
// information_schema`).
class SchemaAside {
  public:
    explicit SchemaAside(ClientState& state)
        : state_(state), schema_(std::exchange(state.target.schema, {})) {}
    ~SchemaAside() { state_.target.schema = std::move(schema_); }
    SchemaAside(const SchemaAside&) = delete;
    SchemaAside& operator=(const SchemaAside&) = delete;

  private:
    ClientState& state_;
    std::string schema_;
};

// `error`: of a shard, of the scratch tablet or the proxy's own.
net::Task<Flow> answer_gather_error(Session& session, Error error);

// A scratch tablet with the tables of one gather. Both arguments must outlive it.
class Gathering {
  public:
    Gathering(Session& session, const router::Route& route) : session_(session), route_(route) {}

    // The tables with their rows, and the session's settings again: ready for the statement. What it cost is
    // counted, and said in the log at most once a second a keyspace and worker. Errors: as scratch_pool(),
    // Scratch::open() and GatherTables.
    net::Task<Result<void>> fill(const StatementSource& source);
    // Without rows: enough to prepare the statement.
    net::Task<Result<void>> make_empty();

    // After one of those, and before close().
    Scratch& scratch() { return *scratch_; }
    const GatherTables& tables() const { return *tables_; }
    // Of a statement that the tablet did not finish.
    Error lost(const RelayEnd& end) const;
    // Gives the lease back.
    void close() { scratch_.reset(); }

  private:
    net::Task<Result<void>> open();
    void tell(const StatementSource& source) const;

    Session& session_;
    const router::Route& route_;
    std::optional<Scratch> scratch_;
    std::optional<GatherTables> tables_;
};

// The statement itself, on the filled tables. All must outlive it.
class GatheredStatement {
  public:
    GatheredStatement(Session& session, const router::Plan& plan, const StatementSource& source,
                      Scratch& scratch)
        : session_(session), plan_(plan), source_(source), scratch_(scratch) {}

    // `quiet`: its answer is not the client's.
    net::Task<Result<RelayEnd>> run(const router::ShardQuery& query, bool quiet);

  private:
    Session& session_;
    const router::Plan& plan_;
    const StatementSource& source_;
    Scratch& scratch_;
};

}  // namespace leasehold::proxy
