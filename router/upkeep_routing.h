// An UPDATE or a DELETE of one table whose entries of lookups follow: its shards are found as for any other,
// and the rows that it means are read first. Immutable; a plan owns it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "router/lookup_upkeep.h"
#include "router/routing.h"

namespace leasehold::router {

class UpkeepRouting final : public Routing {
  public:
    struct Parts {
        std::shared_ptr<const OwnedLookups> owned;
        bool deletes = false;
        TokenSpan table;                                 // with its partitions and alias
        std::optional<TokenSpan> where;                  // unset: every row
        std::vector<std::optional<TokenSpan>> assigned;  // one a lookup: the new value of its column
    };

    // `gather`: does the same where a parameter cannot be written as a literal.
    UpkeepRouting(RoutingBase base, std::unique_ptr<const Routing> shards,
                  std::unique_ptr<const Routing> gather, Parts parts)
        : base_(std::move(base)),
          shards_(std::move(shards)),
          gather_(std::move(gather)),
          parts_(std::move(parts)) {}

    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override;
    bool asks_first() const override { return shards_->asks_first(); }
    Result<std::optional<Need>> need(std::span<const SqlValue> values, const Supplies& had) const override {
        return shards_->need(values, had);
    }
    Result<Route> route_with(std::string_view sql, std::span<const SqlValue> values,
                             const Supplies& supplies) const override;
    std::string describe() const override;
    std::size_t bytes() const override;

  private:
    Result<Route> with_upkeep(Result<Route> route, std::string_view sql,
                              std::span<const SqlValue> values) const;

    RoutingBase base_;
    std::unique_ptr<const Routing> shards_;
    std::unique_ptr<const Routing> gather_;  // null: there is none
    Parts parts_;
};

}  // namespace leasehold::router
