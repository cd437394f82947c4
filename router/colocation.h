// What the vindexes say about rows that belong together: rows with the same value of a table's primary vindex
// stand on one shard, so groups and partitions by it are whole there. Pure; internal to the planner.
#pragma once

#include "router/analysis.h"
#include "router/sql/ast.h"

namespace leasehold::router {

class Colocation {
  public:
    // `scope`: of the SELECT's own FROM. All must outlive it.
    Colocation(const SelectCore& select, const Analysis& analysis, std::uint32_t scope)
        : select_(select), analysis_(analysis), scope_(scope) {}

    // Whether rows in which the expression is equal stand on one shard.
    bool keeps_together(const Expr& expr) const;
    bool keeps_together(std::span<const OrderItem> group_by) const;
    // Whether every window of a select item or of ORDER BY is whole on one shard; true when there is none.
    bool has_whole_windows(std::span<const OrderItem> order_by) const;

  private:
    bool whole_windows(const Expr& expr) const;
    bool whole(const Window& window) const;

    const SelectCore& select_;
    const Analysis& analysis_;
    std::uint32_t scope_;
};

}  // namespace leasehold::router
