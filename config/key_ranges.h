// Shard names as Vitess key ranges ("-", "-80", "80-c0"), and whether a keyspace's shards cover every
// keyspace id once. Pure. The router has a KeyRange of its own to route by; this one is for the problems of a
// file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leasehold::config {

// Ends as lower-case hexadecimal digits without "00" at the end; empty: unbounded. The end is not included.
struct ShardRange {
    std::string name;  // as the file has it
    std::string start;
    std::string end;
};

// Nothing unless `name` is start-end in whole bytes with start < end, or "0", Vitess's customary name of a
// keyspace's only shard.
std::optional<ShardRange> parse_shard_range(std::string_view name);

// Every gap and every overlap as a text ("no shard covers 40-80"), in order. `ranges` in the order of their
// starts.
std::vector<std::string> cover_problems(std::span<const ShardRange> ranges);

}  // namespace leasehold::config
