// What a route needs from tablets before it can be made (router/needs.h), asked for. Thread: the worker's.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "proxy/query.h"
#include "router/needs.h"
#include "wire/prepared.h"

namespace leasehold::proxy {

// Errors: those of asking.
net::Task<Result<router::Supplies>> supplies_for(Session& session, const router::Plan& plan,
                                                 std::span<const SqlValue> values);

// The statement with ids as further parameters, where the route's texts have placeholders for them.
class SuppliedSource {
  public:
    SuppliedSource(const StatementSource& asked, const router::Route& route,
                   const router::Supplies& supplies);
    SuppliedSource(const SuppliedSource&) = delete;
    SuppliedSource& operator=(const SuppliedSource&) = delete;

    const StatementSource& source() const { return source_; }

  private:
    StatementSource source_;
    std::vector<std::array<std::uint8_t, 8>> ids_;
    std::optional<wire::ExecuteRequest> execute_;  // what source_ points at
};

}  // namespace leasehold::proxy
