// Fills what SHOW statements and /metrics tell: each worker adds its part on its own thread, then the process
// its own.
#pragma once

#include <memory>

#include "pool/control_plane.h"
#include "proxy/admin_view.h"
#include "proxy/memory_budget.h"
#include "proxy/site.h"

namespace leasehold::proxy {

// What belongs to the process, before the workers: keyspaces and tablets of the world, in order, with empty
// figures.
std::shared_ptr<AdminView> begin_view(const World& world, const pool::ControlPlane& control);

// Memory by part, and the allocator's own figures. `at_start`: what was allocated and in no account when
// the process was ready: configuration, topology, libraries.
void add_memory(AdminView& view, const MemoryBudget& budget, std::uint64_t at_start);
std::uint64_t unaccounted_memory();

// One worker's part, on its thread, one worker after another.
void add_to_view(AdminView& view, Site& site);

}  // namespace leasehold::proxy
