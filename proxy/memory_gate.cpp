#include "proxy/memory_gate.h"

#include "base/mysql_errors.h"
#include "pool/packet_io.h"
#include "proxy/session.h"

namespace leasehold::proxy {

net::Task<Result<void>> wait_for_memory(net::Worker& worker, const MemoryBudget& budget,
                                        net::Interrupt& interrupt, std::uint64_t bytes) {
    // Waiters look again, one after another as their time comes: memory has no owner who could wake them.
    constexpr std::chrono::milliseconds look_again{50};
    const net::TimePoint until = worker.now() + budget.wait_timeout();
    while (!budget.has_room(bytes)) {
        if (interrupt.raised()) co_return pool::io_error(net::IoStatus::interrupted);
        if (worker.now() >= until) {
            budget.count_refusal();
            co_return budget.refusal(bytes);
        }
        co_await net::Pause(worker, interrupt, worker.now() + look_again);
    }
    co_return Result<void>();
}

net::Task<Result<void>> room_for(Session& session, std::uint64_t bytes) {
    Site& site = session.site();
    return wait_for_memory(site.worker(), site.process().memory(), session.interrupt(), bytes);
}

}  // namespace leasehold::proxy
