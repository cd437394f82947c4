// What a route asks of tablets before it can be made, and what it was given: the router does no I/O, so it
// says what it needs as a value, and the proxy asks and routes again. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace leasehold::router {

// A table of type `sequence`, as Vitess has it, on one shard.
struct SequenceRef {
    std::uint16_t keyspace = 0;  // index into Topology::keyspaces
    std::uint16_t shard = 0;
    std::string table;
};

// So many ids, one after another.
struct IdsNeed {
    SequenceRef sequence;
    std::uint64_t count = 0;
};

// The rows of a SELECT of the router's own.
struct RowsNeed {
    std::string sql;
};
using Need = std::variant<IdsNeed, RowsNeed>;

using TextRow = std::vector<std::optional<std::string>>;  // unset: NULL

struct Supplies {
    std::optional<std::uint64_t> first_id;   // of those that an IdsNeed asked for
    std::vector<std::vector<TextRow>> rows;  // of every RowsNeed, in the order in which they were asked
};

}  // namespace leasehold::router
