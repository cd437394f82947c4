// Users that may not ask every shard (users.no_scatter). Thread: the worker's.
#pragma once

#include <optional>

#include "proxy/query.h"

namespace leasehold::proxy {

// Error 1105 for a statement on rows that goes to every shard of a keyspace of several, or gathers from every
// one, without the directive ALLOW_SCATTER; nothing: it may run.
std::optional<Error> refused_scatter(const Session& session, const router::Plan& plan,
                                     const router::Route& route, std::string_view sql);

}  // namespace leasehold::proxy
