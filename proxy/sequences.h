// Ids of sequences for INSERTs: blocks that this worker has leased from the sequences' tables, as Vitess's
// tablets do. A block is one worker's, so no lock is taken for an id; the price is that ids of two workers
// come in no common order, and that a restart leaves a gap of what was left. A refill uses a pooled
// connection in a short transaction of its own and gives it back; statements that find the block empty
// meanwhile wait for the same refill. Owner: the Site. Thread: the worker's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/task.h"
#include "router/needs.h"
#include "router/sequence_block.h"

namespace leasehold::proxy {

class Session;

class Sequences {
  public:
    // The first of the ids. Errors: as Pool::acquire's, the tablet's, 2013, 1467; 1317 interrupted. All name
    // the sequence.
    net::Task<Result<std::uint64_t>> take(Session& session, const router::IdsNeed& need);

  private:
    // What a statement that waits is told: nothing means that it may try again.
    struct Outcome {
        std::optional<Error> error;
    };
    struct Sequence {
        router::SequenceBlock block;
        bool refilling = false;
        std::uint64_t wanted = 0;  // ids that those want who wait
        std::vector<std::function<void(Outcome)>> waiting;
    };
    class Refill;

    // By "keyspace.table"; bounded by the sequences that the vschemas name. They outlive a reload: what was
    // leased stays ours.
    std::map<std::string, Sequence, std::less<>> sequences_;
};

}  // namespace leasehold::proxy
