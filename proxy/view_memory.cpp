// The memory part of a view: the accounts, and the allocator's figures beside them.
#include <algorithm>

#include "base/jemalloc.h"
#include "base/log.h"
#include "base/memory_account.h"
#include "proxy/memory_limit.h"
#include "proxy/view.h"

namespace leasehold::proxy {
namespace {

std::uint64_t accounted() {
    std::uint64_t sum = 0;
    for (const std::uint64_t bytes : memory_accounts()) sum += bytes;
    return sum;
}

}  // namespace

std::uint64_t unaccounted_memory() {
    const std::uint64_t known = accounted();
    const std::optional<jemalloc::Figures> figures = jemalloc::figures();
    return figures && figures->allocated > known ? figures->allocated - known : 0;
}

void add_memory(AdminView& view, const MemoryBudget& budget, std::uint64_t at_start) {
    metrics::Snapshot& snapshot = view.snapshot;
    const MemoryAccounts accounts = memory_accounts();
    std::uint64_t sum = at_start;
    for (std::size_t part = 0; part < memory_part_count; ++part) {
        snapshot.memory.push_back({std::string(to_string(static_cast<MemoryPart>(part))), accounts[part]});
        sum += accounts[part];
    }
    snapshot.memory.push_back({"start", at_start});
    snapshot.allocator = jemalloc::figures();
    if (snapshot.allocator) {
        const std::uint64_t allocated = snapshot.allocator->allocated;
        snapshot.memory.push_back({"other", allocated - std::min(allocated, sum)});
    }
    snapshot.budget.limit = budget.limit();
    snapshot.budget.watermark = budget.watermark();
    snapshot.budget.refusals = budget.refusals();
    snapshot.budget.resident = resident_memory();
    snapshot.log_records_lost = lost_log_records();
}

}  // namespace leasehold::proxy
