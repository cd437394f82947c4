// The first half of a gather: temporary tables made and filled on the scratch tablet. Thread: the worker's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/scratch.h"
#include "router/plan.h"
#include "router/table_definition.h"

namespace leasehold::proxy {

// A table that the statement changes rows of, as it was gathered: each row has a number, in the column
// `row_number`, and a copy in the table `before`.
struct ChangedTable {
    static constexpr std::string_view row_number = "leasehold_row";

    const router::GatherRead* read = nullptr;
    router::TableDefinition definition;
    std::string before;
    // Rows came shard after shard: the number of each shard's first one.
    std::vector<std::pair<std::uint64_t, std::uint16_t>> shards;

    std::uint16_t shard_of(std::uint64_t row) const;
};

class GatherTables {
  public:
    // All must outlive it.
    GatherTables(Session& session, Scratch& scratch, const router::GatherRoute& route)
        : session_(session), scratch_(scratch), route_(route) {}

    // Errors: 1104 a limit is reached; the tablets' own.
    net::Task<Result<void>> fill();
    // The tables are there, without rows: enough to prepare a statement.
    net::Task<Result<void>> make_empty();
    // The statement, as the scratch tablet takes it.
    const router::ShardQuery& statement() const {
        return copies_made_ ? route_.statement_on_copies : route_.statement;
    }
    const std::vector<ChangedTable>& changed() const { return changed_; }
    std::uint64_t rows() const { return rows_; }
    std::uint64_t bytes() const { return bytes_; }

  private:
    net::Task<Result<router::TableDefinition>> definition_of(const router::GatherRead& read);
    net::Task<Result<router::TableDefinition>> make(const router::GatherRead& read);
    net::Task<Result<void>> load(const router::GatherRead& read, const router::TableDefinition& table);
    net::Task<Result<void>> insert(const router::GatherRead& read, const router::TableDefinition& table,
                                   const std::string& sql);
    net::Task<Result<void>> make_copies(const router::GatherRead& read, const router::TableDefinition& table);
    std::string select(const router::GatherRead& read, const router::TableDefinition& table) const;
    Result<void> add_row(std::string& sql, const router::TableDefinition& table, wire::BytesView row,
                         ChangedTable* changed);
    net::Task<Result<void>> keep_before(const router::TableDefinition& table);
    std::optional<Error> over_limit() const;

    Session& session_;
    Scratch& scratch_;
    const router::GatherRoute& route_;
    std::uint64_t rows_ = 0;
    std::uint64_t bytes_ = 0;
    bool unique_ = true;  // of the table that is being filled
    bool copies_made_ = false;
    std::vector<ChangedTable> changed_;
};

}  // namespace leasehold::proxy
