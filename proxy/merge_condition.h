// HAVING over merged groups: a number of the group's row against a constant, as the servers compare them.
// Pure; used by one thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "proxy/merge_key.h"
#include "router/merge_plan.h"

namespace leasehold::proxy {

class GroupCondition {
  public:
    // Errors: 1105 for a comparison that only a server can make, 1835.
    static Result<GroupCondition> make(const router::MergePlan& plan, const router::MergeCondition& condition,
                                       std::span<const SqlValue> values, std::span<const RowColumnType> types,
                                       const router::RowLayout& layout, RowProtocol protocol);
    // NULL fulfils nothing.
    bool holds(std::span<const RowCell> cells) const;

  private:
    KeyColumn column_;
    router::BinaryOp op_ = router::BinaryOp::equal;
    bool null_ = false;    // the constant is NULL
    std::string decimal_;  // the constant
    double real_ = 0;
    bool as_real_ = false;  // one of the two is a DOUBLE
};

}  // namespace leasehold::proxy
