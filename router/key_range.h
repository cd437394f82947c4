// Keyspace ids and the ranges of them that shards hold. Pure. Meaning and spelling as in Vitess
// (https://vitess.io/docs/reference/features/sharding/, "Key Ranges And Partitions"): ids are byte strings
// compared byte by byte, a range includes its start and excludes its end, an empty end has no bound.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace leasehold::router {

using KeyspaceId = std::string;

struct KeyRange {
    std::string start;  // bytes; empty: from the first id
    std::string end;    // bytes; empty: to the last id

    bool contains(std::string_view keyspace_id) const {
        return keyspace_id >= start && (end.empty() || keyspace_id < end);
    }
    bool full() const { return start.empty() && end.empty(); }
    bool operator==(const KeyRange&) const = default;
};

// "-", "-80", "40-80", "80-"; also "0", Vitess's customary name of an unsharded keyspace's only shard, which
// is all ids. Hex digits of either case; trailing zero bytes of a bound mean nothing ("8000-" is "80-"), as
// in Vitess's key.Compare. Errors: 1105 with what is wrong (odd digits, not hex, start not below end, no
// dash).
Result<KeyRange> parse_key_range(std::string_view text);

// All ids that begin with these bytes.
KeyRange range_of_prefix(std::string prefix);

// Whether the ranges, sorted by start, cover every id once. Empty when they do, else one line a gap or
// overlap.
std::vector<std::string> coverage_problems(const std::vector<KeyRange>& sorted);

// "40-80"
std::string to_string(const KeyRange& range);

// Lower-case hex of any bytes, and back; unset for what is not an even number of hex digits.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

}  // namespace leasehold::router
