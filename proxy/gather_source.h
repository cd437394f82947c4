// The rows that several shards give to one SELECT of the proxy's own, shard after shard, on the session's own
// leases: inside a transaction it sees what the session wrote. Thread: the worker's.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "proxy/query.h"
#include "proxy/shard_statement.h"
#include "proxy/tablet_rows.h"

namespace leasehold::proxy {

class GatherSource {
  public:
    GatherSource(Session& session, std::uint16_t keyspace) : session_(session), keyspace_(keyspace) {}
    ~GatherSource();
    GatherSource(const GatherSource&) = delete;
    GatherSource& operator=(const GatherSource&) = delete;

    // Leases a connection to each shard and sends the statement to all. Errors name the shard.
    net::Task<Result<void>> open(const std::vector<std::uint16_t>& shards, std::string sql);
    // False: every shard has answered to the end, and its lease is settled.
    net::Task<Result<bool>> next();
    wire::BytesView row() const { return rows_->row(); }
    std::uint16_t shard() const { return at_->shard; }  // of the row
    const std::vector<wire::ColumnType>& types() const { return rows_->types(); }
    // Ends what has not been read. A lease of the session's own is read to its end and kept, any other goes
    // back, which closes it.
    net::Task<void> abandon_rest();

  private:
    struct Part {
        std::uint16_t shard = 0;
        std::string name;
        pool::Pool* pool = nullptr;
        StatementLease lease;
        unsigned preceding = 0;
        enum class State : std::uint8_t { leased, sent, over } state = State::leased;
    };

    net::Task<Result<void>> send(Part& part, const std::string& sql);
    void finish(Part& part, wire::StatusFlags status, std::uint16_t error_code);
    bool has_lease(const Part& part) const;
    Error named(const Part& part, const Error& error) const;

    Session& session_;
    std::uint16_t keyspace_;
    std::list<Part> parts_;
    std::list<Part>::iterator at_ = parts_.end();
    std::unique_ptr<TabletRows> rows_;
};

}  // namespace leasehold::proxy
