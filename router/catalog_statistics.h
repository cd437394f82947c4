// Rows and bytes of a sharded keyspace's tables: asked of every shard, added up, and put in place of the one
// tablet's own. Pure.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/needs.h"

namespace leasehold::router {

enum class StatisticsOf : std::uint8_t { tables, partitions };

// How the values of shards become one.
enum class StatisticsSum : std::uint8_t { sum, largest, average_row };

struct StatisticsColumn {
    std::string_view name;
    StatisticsSum how = StatisticsSum::sum;
    std::string_view cast;  // the type that it has
};

// TABLE_NAME, and of partitions PARTITION_NAME and SUBPARTITION_NAME.
std::span<const std::string_view> statistics_keys(StatisticsOf of);
// Their values stand behind the keys in every row.
std::span<const StatisticsColumn> statistics_columns(StatisticsOf of);

// What each shard is asked.
std::string statistics_query(StatisticsOf of, std::string_view database);

// `shards`: each shard's rows. Tables of `copies` have all their rows on every shard: the first shard's
// count.
std::vector<TextRow> sum_statistics(StatisticsOf of, const std::vector<std::vector<TextRow>>& shards,
                                    const std::set<std::string, std::less<>>& copies);

}  // namespace leasehold::router
