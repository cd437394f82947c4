// What a gathered statement leaves in its session beside its answer: user variables, FOUND_ROWS(),
// LAST_INSERT_ID(). They are asked of the scratch tablet before its connection goes back. Thread: the
// worker's.
#pragma once

#include <string_view>

#include "proxy/scratch.h"
#include "router/plan.h"

namespace leasehold::proxy {

// After the statement's answer has ended without an error. Errors: as Scratch::ask's.
net::Task<Result<void>> take_leavings(Session& session, Scratch& scratch, const router::Plan& plan,
                                      std::string_view sql);

}  // namespace leasehold::proxy
