#include "router/routing.h"

namespace leasehold::router {

Result<Route> FixedRouting::route(std::string_view sql, std::span<const SqlValue>) const {
    Route route{base_.keyspace->index(), {}, nullptr};
    route.shards.reserve(shards_.size());
    route.shards.push_back(unchanged_query(shards_.front(), sql, base_.text));
    for (std::size_t i = 1; i < shards_.size(); ++i) {
        ShardQuery query = route.shards.front();
        query.shard = shards_[i];
        route.shards.push_back(std::move(query));
    }
    return route;
}

std::size_t FixedRouting::bytes() const {
    return sizeof(*this) + shards_.size() * sizeof(shards_[0]) + words_.size() +
           base_.text.edits.size() * sizeof(TokenEdit);
}

}  // namespace leasehold::router
