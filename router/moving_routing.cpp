#include "router/moving_routing.h"

namespace leasehold::router {

Result<Route> MovingRouting::route(std::string_view sql, std::span<const SqlValue> values) const {
    Result<Route> stays = by_place_->route(sql, values);
    if (stays && stays->gather == nullptr && stays->shards.size() == 1) {
        const std::optional<ReadKey> key = read_key(values_, constants_, values);
        if (key && place_.shard_of(key->values()) == stays->shards.front().shard) return stays;
    }
    return gather_->route(sql, values);
}

std::string MovingRouting::describe() const {
    return by_place_->describe() + "; where " + place_.what() + " moves a row: " + gather_->describe();
}

std::size_t MovingRouting::bytes() const {
    return sizeof(*this) + by_place_->bytes() + gather_->bytes() + constants_.bytes() +
           values_.size() * sizeof(ValueRef);
}

}  // namespace leasehold::router
