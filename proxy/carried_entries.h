// The entries of lookups that follow a gathered UPDATE or DELETE: the difference between the rows before and
// after it, as the scratch tablet has both. Thread: the worker's.
#pragma once

#include <memory>
#include <vector>

#include "proxy/entry_keeper.h"
#include "proxy/gather_tables.h"
#include "proxy/scratch.h"

namespace leasehold::proxy {

class CarriedEntries {
  public:
    // All must outlive it. `writes` leaves what fails to its caller.
    CarriedEntries(Session& session, Scratch& scratch, const GatherTables& tables, ShardWrites& writes)
        : session_(session), scratch_(scratch), tables_(tables), writes_(writes) {}

    // The statement has run on the scratch tablet, and no row has changed yet: old entries go.
    net::Task<Result<void>> leave();
    // The rows have changed: new entries come.
    net::Task<Result<void>> arrive();

  private:
    // Of one table.
    struct Kept {
        std::uint16_t keyspace = 0;
        std::unique_ptr<router::EntryChanges> changes;
        std::unique_ptr<EntryKeeper> keeper;
    };
    net::Task<Result<void>> read(const ChangedTable& table, router::EntryChanges& changes);

    Session& session_;
    Scratch& scratch_;
    const GatherTables& tables_;
    ShardWrites& writes_;
    std::vector<Kept> kept_;
};

}  // namespace leasehold::proxy
