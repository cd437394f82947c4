// What is asked of information_schema, written for the tablet that answers (router/catalog.h): which keyspace
// it concerns, which names its user sees, which columns the server's tables have, what the other shards add.
// Thread: the worker's.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "net/task.h"
#include "proxy/session.h"
#include "router/plan.h"

namespace leasehold::proxy {

// `target`: as which the text is to be planned.
struct CatalogStatement {
    std::string sql;
    router::Target target;
};

// Nothing: the text is right as it stands. `parameters`: of a prepared statement. Requires a plan whose
// `catalog` says so. Errors: those of the tablets that are asked.
net::Task<Result<std::optional<CatalogStatement>>> catalog_statement(Session& session,
                                                                     const router::Plan& plan,
                                                                     std::string_view sql,
                                                                     std::span<const SqlValue> parameters);

// What the client is told when that fails; the session may have been interrupted.
net::Task<Flow> answer_catalog_error(Session& session, Error error);

}  // namespace leasehold::proxy
