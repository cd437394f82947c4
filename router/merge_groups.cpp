#include "router/merge_groups.h"
namespace leasehold::router {
bool plan_groups(const GroupedSelect&, MergeTextWriter&, MergePlan&) {
    return false;
}
}  // namespace leasehold::router
