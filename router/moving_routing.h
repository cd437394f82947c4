// An UPDATE that sets columns which place its rows. Where the new values belong to the one shard that the
// statement goes to anyway no row moves; everything else is gathered. Immutable; a plan owns it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "router/plan.h"
#include "router/row_place.h"
#include "router/value_ref.h"

namespace leasehold::router {

class MovingRouting final : public Routing {
  public:
    // `values`: the new ones, one a column of the place.
    MovingRouting(std::unique_ptr<const Routing> by_place, std::unique_ptr<const Routing> gather,
                  RowPlace place, Constants constants, std::vector<ValueRef> values)
        : by_place_(std::move(by_place)),
          gather_(std::move(gather)),
          place_(std::move(place)),
          constants_(std::move(constants)),
          values_(std::move(values)) {}

    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override;
    std::string describe() const override;
    std::size_t bytes() const override;

  private:
    std::unique_ptr<const Routing> by_place_;
    std::unique_ptr<const Routing> gather_;
    RowPlace place_;
    Constants constants_;
    std::vector<ValueRef> values_;
};

}  // namespace leasehold::router
