// What the parts of planning an INSERT know of its table and its columns. Pure. Internal to the planner.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/sharded_plan.h"

namespace leasehold::router {

struct InsertTarget {
    const ShardedStatement& statement;
    const InsertStatement& insert;
    const SchemaTable& table;
    std::vector<std::string> columns = {};  // lower case, in the order of the values
    bool learned = false;                   // the columns, from a tablet

    // False: they are not known, and want_columns() is the plan.
    bool find_columns();
    ShardedPlan want_columns() const;
    // What was learned is said: the row has its values where the plan thinks, or there is an error.
    RoutingBase base_with_columns() const;

    std::optional<std::size_t> position_of(std::string_view column) const;
    bool is_generated(std::string_view column) const {
        return table.auto_increment && table.auto_increment->column == column;
    }
    // Not of a pinned table.
    const TableVindex& primary() const { return table.vindexes.front(); }
    std::span<const std::string> primary_columns() const {
        if (table.pinned) return {};
        return primary().columns;
    }
    Error refuse(std::string_view what) const;
};

// INSERT ... SELECT, columns known, not into a reference table. `by_rows`: the rows
// have to be seen, whatever shard they come from.
Result<ShardedPlan> plan_insert_query(const InsertTarget& target, bool by_rows);  // plan_insert_query.cpp

}  // namespace leasehold::router
