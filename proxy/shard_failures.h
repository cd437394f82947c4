// SCATTER_ERRORS_AS_WARNINGS, as in Vitess: a SELECT over several shards of which some fail is answered with
// the rows of the others, and the failures are its warnings; where all fail it is an error. Outside a
// transaction alone, whose parts belong together. Thread: the worker's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "proxy/session.h"
#include "router/plan.h"

namespace leasehold::proxy {

class ShardFailures {
  public:
    ShardFailures(Session& session, const router::Plan& plan, std::string_view sql);

    // Whether this shard's failure may be a warning: the directive is there, and nobody has interrupted it.
    bool forgiven() const;
    void add(std::uint16_t keyspace, std::uint16_t shard, const Error& error);
    // The shard's part is not asked for again. False: it was the last one.
    bool leave_out(router::Route& route, std::uint16_t shard, const Error& error);

    std::uint16_t warnings() const { return static_cast<std::uint16_t>(failures_.size()); }
    // The statement has succeeded: SHOW WARNINGS tells of them.
    void tell();

  private:
    Session& session_;
    bool asked_ = false;
    std::vector<ShardFailure> failures_;
};

// Before each statement: what was told of the one before is forgotten, unless this one asks for it.
void forget_failures(Session& session, const router::Plan& plan);
// SHOW WARNINGS and SHOW COUNT(*) WARNINGS where there are such failures.
bool asks_for_failures(const Session& session, const router::Plan& plan);
net::Task<Flow> show_failures(Session& session, std::string_view sql);

}  // namespace leasehold::proxy
