// LOAD DATA LOCAL into a sharded table: each line to the shard that its row belongs to. Immutable; a plan
// owns the routing, a route the LoadRoute.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "router/load_format.h"
#include "router/routing.h"
#include "router/row_place.h"

namespace leasehold::router {

// What proxy/load_data.h needs to split a file.
struct LoadRoute {
    std::string table;
    std::uint32_t first_clause = 0;  // token behind the table's name
    LoadClauses clauses;
    std::optional<RowPlace> place;  // unset: every shard gets every line
    std::string generated;          // lower case: a column that a sequence would fill; empty: none
    std::string sequence;           // "id from commerce.customer_seq"
};

class LoadRouting final : public Routing {
  public:
    LoadRouting(RoutingBase base, LoadRoute load)
        : base_(std::move(base)), load_(std::make_shared<const LoadRoute>(std::move(load))) {}
    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override;
    std::string describe() const override;
    std::size_t bytes() const override;

  private:
    RoutingBase base_;
    std::shared_ptr<const LoadRoute> load_;
};

}  // namespace leasehold::router
