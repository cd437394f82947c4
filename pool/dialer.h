// The pools' connector on real tablets: connects, logs in, sets the base settings, and brings them back by
// COM_RESET_CONNECTION. One a worker.
// Owner: the worker's site. Thread: the worker's.
#pragma once

#include <functional>
#include <memory>

#include "net/worker.h"
#include "pool/connector.h"
#include "pool/tablet.h"

namespace leasehold::pool {

class Dialer final : public Connector {
  public:
    // Passes a kill on to the control plane.
    using Kill = std::function<void(const Tablet&, std::uint32_t tablet_thread_id)>;
    Dialer(net::Worker& worker, Kill kill) : worker_(worker), kill_(std::move(kill)) {}

    net::Task<Result<void>> dial(const Tablet& tablet, Connection& connection) override;
    net::Task<Result<void>> restore(const Tablet& tablet, Connection& connection) override;
    void kill(const Tablet& tablet, std::uint32_t tablet_thread_id) noexcept override;

  private:
    net::Task<Result<void>> reset(const Tablet& tablet, Connection& connection);
    net::Task<Result<void>> dial_again(const Tablet& tablet, Connection& connection);
    net::Task<Result<void>> log_in(const Tablet& tablet, Connection& connection, net::Interrupt& interrupt);
    net::Worker& worker_;
    Kill kill_;
};

}  // namespace leasehold::pool
