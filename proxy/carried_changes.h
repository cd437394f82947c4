// The second half of a gathered UPDATE or DELETE: the difference between the rows before and after it, row by
// row, as statements by key for the shards that have the rows. A row whose new values belong to another shard
// is deleted here and inserted there. Holds a batch of keys. Thread: the worker's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proxy/gather_tables.h"
#include "proxy/shard_writes.h"
#include "router/plan.h"

namespace leasehold::proxy {

class CarriedChanges {
  public:
    // All must outlive it. The statement has run on the scratch tablet.
    CarriedChanges(Session& session, Scratch& scratch, const GatherTables& tables,
                   const router::GatherChange& change, ShardWrites& writes)
        : session_(session), scratch_(scratch), tables_(tables), change_(change), writes_(writes) {}

    // Errors: the shards' own, with their names, and 1105 for what would not be exact; then nothing was
    // changed, and the transaction is over.
    net::Task<Result<void>> carry();

  private:
    // Rows that move leave before others change, and arrive when those have.
    enum class Pass : std::uint8_t { leave, change, arrive };
    using Value = std::optional<std::string>;

    // One row of the difference.
    struct Row {
        std::uint16_t shard = 0;
        std::vector<Value> key;     // before
        std::vector<Value> values;  // after, of columns_
        std::optional<std::uint16_t> new_shard;
    };

    net::Task<Result<void>> carry_deletes(const ChangedTable& table);
    net::Task<Result<void>> carry_updates(const ChangedTable& table);
    net::Task<Result<void>> pass(const ChangedTable& table, Pass which);
    net::Task<Result<void>> rows_of(const ChangedTable& table, std::string sql, Pass which);

    void choose_columns(const ChangedTable& table);
    std::string deleted_rows(const ChangedTable& table) const;
    std::string updated_rows(const ChangedTable& table) const;
    Result<Row> read_row(const ChangedTable& table, wire::BytesView bytes) const;
    Result<std::uint16_t> place_of(const ChangedTable& table, wire::Reader& reader) const;

    // What a row asks of a shard: statements of the same head and shard share their keys or rows.
    struct Batch {
        std::uint16_t shard = 0;
        std::string head;
        std::string items;
        std::size_t count = 0;
        Pass pass = Pass::change;
    };
    net::Task<Result<void>> add(const ChangedTable& table, std::uint16_t shard, const std::string& head,
                                const std::string& item, Pass which);
    net::Task<Result<void>> flush(const ChangedTable& table);
    std::string key_condition(const ChangedTable& table, const Row& row) const;
    std::string assignments(const Row& row) const;
    std::string tuple(const Row& row) const;

    // Whether the table has what an exact change has to leave alone. 1105.
    net::Task<Result<void>> check_triggers(const ChangedTable& table, bool moving);

    Session& session_;
    Scratch& scratch_;
    const GatherTables& tables_;
    const router::GatherChange& change_;
    ShardWrites& writes_;
    std::vector<const router::TableColumn*> key_;      // of the table at hand
    std::vector<const router::TableColumn*> columns_;  // whose new values are carried
    Batch batch_;
    bool moved_ = false;
    MemoryCharge charge_{MemoryPart::gathers};
};

}  // namespace leasehold::proxy
