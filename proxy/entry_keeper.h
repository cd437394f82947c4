// Carries out what becomes of entries of lookups, within the transaction that is open: those of rows that
// change go before, those of new values come before or after, and an entry that other rows have as well
// comes back. Thread: the worker's.
#pragma once

#include <span>
#include <vector>

#include "base/memory_account.h"
#include "proxy/shard_writes.h"
#include "router/entry_changes.h"
#include "wire/bytes.h"
#include "wire/column_type.h"

namespace leasehold::proxy {

class EntryKeeper {
  public:
    // All must outlive it. `keyspace`: of the rows.
    EntryKeeper(Session& session, ShardWrites& writes, const router::EntryChanges& changes,
                std::uint16_t keyspace)
        : session_(session), writes_(writes), changes_(changes), keyspace_(keyspace) {
        charge_.set(changes.bytes());
    }

    net::Task<Result<void>> remove();
    // After the rows have changed: what is still there keeps its entries.
    net::Task<Result<void>> restore();
    // Whether the rows have been changed already. Errors: 1062 in the words of MySQL, with the vindex as the
    // key.
    enum class Rows : std::uint8_t { to_come, changed };
    net::Task<Result<void>> create(Rows rows);
    // The same, but of lookups that are not unique alone.
    net::Task<Result<void>> create_shared();
    // The one entry that a row adds to a unique lookup. False: its value has one already.
    net::Task<Result<bool>> claim(std::size_t lookup);

  private:
    net::Task<Result<void>> insert(std::size_t lookup, std::span<const router::LookupEntry> entries);
    net::Task<Result<void>> insert_batch(std::size_t lookup, std::span<const router::LookupEntry> entries);
    // What is left to insert once entries without a row are gone. Errors: `duplicate`, where one has a row.
    net::Task<Result<std::vector<router::LookupEntry>>> without_stale(
        std::size_t lookup, std::span<const router::LookupEntry> entries, Error duplicate);

    Session& session_;
    ShardWrites& writes_;
    const router::EntryChanges& changes_;
    std::uint16_t keyspace_;
    Rows rows_ = Rows::to_come;
    MemoryCharge charge_{MemoryPart::gathers};
};

// Of an answer's columns, which are numbers; and one row of it as text.
std::vector<bool> numbers_of(const std::vector<wire::ColumnType>& types);
router::TextRow text_row(wire::BytesView row, std::size_t columns);

// The rows that a SELECT of RowImages gives, of these shards, in the session's transaction. Errors: the
// shards' own; 1104 for more than gather.max_rows or gather.max_bytes; 1105 for a row without a keyspace id.
net::Task<Result<std::vector<router::RowImages::Read>>> read_images(Session& session, std::uint16_t keyspace,
                                                                    std::vector<std::uint16_t> shards,
                                                                    std::string sql,
                                                                    const router::OwnedLookups& owned);

}  // namespace leasehold::proxy
