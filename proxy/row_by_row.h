// An INSERT into a table that owns lookups whose rows have to be looked at one by one: IGNORE, REPLACE, ON
// DUPLICATE KEY UPDATE, and values that only the server knows. Thread: the worker's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proxy/entry_keeper.h"
#include "proxy/lookup_upkeep.h"
#include "router/row_keys.h"

namespace leasehold::proxy {

class RowByRow {
  public:
    // All must outlive it. The route has a query for every row, in order.
    RowByRow(Session& session, ShardWrites& writes, const router::Plan& plan, const router::Route& route,
             const router::InsertedRows& inserted, const StatementSource& source, KeptRows* kept)
        : session_(session),
          writes_(writes),
          plan_(plan),
          route_(route),
          inserted_(inserted),
          source_(source),
          kept_(kept) {}

    // Errors: as change_with_lookups().
    net::Task<Result<RowsChanged>> run();

  private:
    using Images = std::vector<router::RowImages::Read>;

    const router::OwnedLookups& owned() const { return *route_.upkeep->owned; }
    net::Task<Result<void>> read_keys();
    net::Task<Result<void>> insert_unseen(std::size_t row);
    net::Task<Result<void>> insert_ignore(std::size_t row);
    net::Task<Result<void>> replace(std::size_t row);
    net::Task<Result<void>> insert_or_update(std::size_t row);

    // The row's own statement. Gives how many rows it affected.
    net::Task<Result<std::uint64_t>> run_row(std::size_t row);
    // The rows of a shard that fulfil a condition, locked.
    net::Task<Result<Images>> rows_where(std::uint16_t shard, std::string condition,
                                         std::vector<std::string> expressions);
    // Rows of other keys that have the row's value in a unique lookup go, as in front of a unique key.
    net::Task<Result<void>> remove_holders(const router::RowImage& image);

    Session& session_;
    ShardWrites& writes_;
    const router::Plan& plan_;
    const router::Route& route_;
    const router::InsertedRows& inserted_;
    const StatementSource& source_;
    KeptRows* const kept_;  // gets what RETURNING gives; not of the forms ignore and update
    std::vector<router::UniqueKey> keys_;
    RowsChanged sum_;
    std::uint64_t duplicates_ = 0;
};

}  // namespace leasehold::proxy
