// Several statements in one COM_QUERY. When one shard gets them all, the text goes there as it is; otherwise
// they run one after another and their answers are strung together. Thread: the worker's.
#pragma once

#include <string_view>
#include <vector>

#include "proxy/query.h"

namespace leasehold::proxy {

net::Task<Flow> run_multi_statement(Session& session, const Command& command,
                                    std::vector<std::string_view> statements);

// One after another, their answers strung together; `session.series` goes on, if there is one, and is over
// then.
net::Task<Flow> run_one_by_one(Session& session, const std::vector<std::string_view>& statements);

}  // namespace leasehold::proxy
