// What every gather has: its scratch tablet, the statement that runs there, its errors. Thread: the worker's.
#pragma once

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

// Counts what a statement cost, and says it in the log at most once a second a keyspace and worker.
void tell_gathered(Session& session, const StatementSource& source, const GatherTables& tables);

// `error`: of a shard, of the scratch tablet or the proxy's own.
net::Task<Flow> answer_gather_error(Session& session, Error error);

// Errors: as scratch_pool() and Scratch::open().
net::Task<Result<Scratch>> open_scratch(Session& session, std::uint16_t keyspace);

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
