// A statement that changes rows, with the entries of the lookups that their table owns: which entries follow
// is router/lookup_upkeep.h's to say, and is done here in one transaction with the rows. Thread: the
// worker's.
#pragma once

#include <cstdint>
#include <string>

#include "proxy/query.h"
#include "proxy/shard_writes.h"
#include "router/lookup_upkeep.h"

namespace leasehold::proxy {

// What the client is told of the rows.
struct RowsChanged {
    std::uint64_t affected_rows = 0;
    std::uint64_t last_insert_id = 0;
    std::uint16_t warnings = 0;
    std::string info;

    // Its info is a view of this one's.
    wire::OkPacket ok() const {
        wire::OkPacket packet;
        packet.affected_rows = affected_rows;
        packet.last_insert_id = last_insert_id;
        packet.warnings = warnings;
        packet.info = info;
        return packet;
    }
};

// `route.upkeep` is set. Within the transaction that is open; an error leaves it to the caller to take back
// what was done. Errors: 1062 for an entry of a unique lookup that another row has; 1048 NULL where a lookup
// does not take it; 1020 where rows changed between being read and being changed; 1104 for more rows than
// gather.max_rows; those of the shards, and of the lookups' tablets with their names. `kept`: gets what
// RETURNING gives.
net::Task<Result<RowsChanged>> change_with_lookups(Session& session, ShardWrites& writes,
                                                   const router::Plan& plan, const router::Route& route,
                                                   const StatementSource& source, KeptRows* kept = nullptr);

// The whole of it, answer included.
net::Task<Flow> run_with_lookups(Session& session, const router::Plan& plan, const router::Route& route,
                                 const StatementSource& source);

}  // namespace leasehold::proxy
