// The place where a statement that needs memory beyond a relay's waits for it. Thread: the worker's.
#pragma once

#include <cstdint>

#include "net/sleeper.h"
#include "net/task.h"
#include "net/worker.h"
#include "proxy/memory_budget.h"

namespace leasehold::proxy {

// Done at once while there is room for `bytes`. Error 1041 when there is none for memory.wait_timeout, 1317
// when the session was interrupted. Ask budget.has_room() first where a coroutine's frame matters.
net::Task<Result<void>> wait_for_memory(net::Worker& worker, const MemoryBudget& budget,
                                        net::Interrupt& interrupt, std::uint64_t bytes);

// The same for a statement of this session.
class Session;
net::Task<Result<void>> room_for(Session& session, std::uint64_t bytes);

}  // namespace leasehold::proxy
