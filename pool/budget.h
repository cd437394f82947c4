// A tablet's caps, exact for the whole process: connections, reserved leases, waiters. Workers' pools draw
// from it. A worker that wants a connection and finds none left puts itself on the list of the hungry;
// whoever gives one up tells them. Thread: any. All operations are wait-free but the telling.
#pragma once

#include <atomic>
#include <cstdint>

namespace leasehold::pool {

inline constexpr unsigned max_workers = 64;  // the width of the hungry set

class Budget {
  public:
    void set_caps(std::uint32_t connections, std::uint32_t reserved, std::uint32_t waiters) {
        connection_cap_.store(connections, std::memory_order_relaxed);
        reserved_cap_.store(reserved, std::memory_order_relaxed);
        waiter_cap_.store(waiters, std::memory_order_relaxed);
    }
    std::uint32_t connection_cap() const { return connection_cap_.load(std::memory_order_relaxed); }
    std::uint32_t reserved_cap() const { return reserved_cap_.load(std::memory_order_relaxed); }

    bool take_connection() { return take(connections_, connection_cap_); }
    void put_connection() { connections_.fetch_sub(1, std::memory_order_release); }
    bool take_reserved() { return take(reserved_, reserved_cap_); }
    // Which worker took the last reserved place while others waited: the next is another's turn.
    void note_taker(unsigned worker) { last_taker_.store(worker, std::memory_order_relaxed); }
    unsigned last_taker() const { return last_taker_.load(std::memory_order_relaxed); }
    // The same for connections.
    void note_dialler(unsigned worker) { last_dialler_.store(worker, std::memory_order_relaxed); }
    unsigned last_dialler() const { return last_dialler_.load(std::memory_order_relaxed); }
    void put_reserved() { reserved_.fetch_sub(1, std::memory_order_release); }
    // What the tablet did without being asked (a transaction that a procedure began) is counted even over the
    // cap.
    void force_reserved() { reserved_.fetch_add(1, std::memory_order_relaxed); }
    bool take_waiter() { return take(waiters_, waiter_cap_); }
    void put_waiter() { waiters_.fetch_sub(1, std::memory_order_release); }

    std::uint32_t connections() const { return connections_.load(std::memory_order_relaxed); }
    std::uint32_t reserved() const { return reserved_.load(std::memory_order_relaxed); }
    std::uint32_t waiters() const { return waiters_.load(std::memory_order_relaxed); }

    // Workers (bit by index) that wait for a connection of this tablet, or that have one and wait for a
    // reserved place.
    enum class Hunger : std::uint8_t { connection, reserved_place };
    void set_hungry(Hunger what, unsigned worker) {
        of(what).fetch_or(bit(worker), std::memory_order_acq_rel);
    }
    void clear_hungry(Hunger what, unsigned worker) {
        of(what).fetch_and(~bit(worker), std::memory_order_acq_rel);
    }
    // The others among them.
    std::uint64_t hungry_besides(Hunger what, unsigned worker) const {
        return (what == Hunger::connection ? hungry_ : hungry_for_reserved_).load(std::memory_order_acquire) &
               ~bit(worker);
    }

  private:
    std::atomic<std::uint64_t>& of(Hunger what) {
        return what == Hunger::connection ? hungry_ : hungry_for_reserved_;
    }
    static std::uint64_t bit(unsigned worker) { return std::uint64_t{1} << worker; }
    static bool take(std::atomic<std::uint32_t>& count, const std::atomic<std::uint32_t>& cap) {
        std::uint32_t now = count.load(std::memory_order_relaxed);
        while (now < cap.load(std::memory_order_relaxed)) {
            if (count.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel)) return true;
        }
        return false;
    }

    std::atomic<std::uint32_t> connection_cap_{0}, reserved_cap_{0}, waiter_cap_{0};
    std::atomic<std::uint32_t> connections_{0}, reserved_{0}, waiters_{0};
    std::atomic<std::uint64_t> hungry_{0}, hungry_for_reserved_{0};
    std::atomic<unsigned> last_taker_{max_workers}, last_dialler_{max_workers};
};

}  // namespace leasehold::pool
