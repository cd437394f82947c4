// One statement to its plan: parse, effects, keyspace, shards. Pure; PlanCache calls it on a miss.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "router/learned_columns.h"
#include "router/plan.h"
#include "router/schema.h"
#include "router/sql/sql_mode.h"

namespace leasehold::router {

struct PlanRequest {
    std::string_view sql;
    const Target* target = nullptr;  // null: none chosen
    SqlMode mode;
    bool prepared = false;
    std::size_t max_depth = 200;
    bool gathers = false;  // a SELECT over several shards is to be gathered, not merged
    const LearnedColumns* learned = nullptr;
};

// Errors as PlanCache::plan(), and 1065 for a text without a statement.
Result<PlanRef> make_plan(const PlanRequest& request, const std::shared_ptr<const Schema>& schema);

}  // namespace leasehold::router
