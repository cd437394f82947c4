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
    // Set: the rows need more than a place, and go through a temporary table (proxy/load_gathered.h).
    std::string verb;  // "INSERT IGNORE" or "REPLACE"
    std::vector<std::string>
        seen;              // lower case: columns whose values have to be in the rows, if only defaults
    TokenSpan table_name;  // with its qualifier
    std::string needs;     // what they need, in words
};

class LoadRouting final : public Routing {
  public:
    LoadRouting(RoutingBase base, LoadRoute load)
        : base_(std::move(base)), load_(std::make_shared<const LoadRoute>(std::move(load))) {}
    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override;
    std::string describe() const override;
    std::size_t bytes() const override;

  private:
    Route through_table(std::string_view sql, const std::shared_ptr<const LoadRoute>& load) const;

    RoutingBase base_;
    std::shared_ptr<const LoadRoute> load_;
};

}  // namespace leasehold::router
