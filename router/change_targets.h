// Which tables an UPDATE or a DELETE changes, and whether rows may get another place by it. Pure. Internal to
// the planner.
#pragma once

#include <optional>
#include <vector>

#include "router/row_place.h"
#include "router/sharded_plan.h"

namespace leasehold::router {

struct UpdateTargets {
    std::vector<std::uint32_t> changed;  // instances of the statement's own FROM
    bool moves = false;                  // SET names a column of a primary vindex
    bool changes_entries = false;        // entries of lookups that the tables own follow
    // The values that SET gives to all columns of the one primary vindex; unset: not in the text.
    std::optional<std::vector<ValueRef>> values;
    std::optional<RowPlace> place;  // of these values
    Constants constants;
};
// Errors: 1105 for a reference table together with others, for a column of a vindex that is neither the
// primary one nor owned.
Result<UpdateTargets> update_targets(const ShardedStatement& statement, const Analysis& analysis,
                                     const UpdateStatement& update);

struct DeleteTargets {
    std::vector<std::uint32_t> changed;
    std::vector<std::uint32_t>
        qualifiers;  // tokens of databases' names in front of the tables to delete from
};
// Errors: 1105 for a reference table together with others.
Result<DeleteTargets> delete_targets(const ShardedStatement& statement, const Analysis& analysis,
                                     const DeleteStatement& deletion);

}  // namespace leasehold::router
