// What became of a change on each of the shards that it went to, and what the client is told where one of
// them has failed. Thread: the worker's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace leasehold::proxy {

class ChangedShards {
  public:
    // What becomes of the shards that did not fail.
    enum class Others : std::uint8_t { statement_undone, transaction_undone, stay };

    void add_done(std::string shard) { done_.push_back(std::move(shard)); }
    void add_failed(std::string shard, const Error& error);

    bool failed() const { return error_.has_value(); }
    // The first error, which names its shard, and how things are. One has failed.
    Error error(Others others) const;

  private:
    std::optional<Error> error_;
    std::vector<std::string> done_;
    std::vector<std::string> also_failed_;
};

}  // namespace leasehold::proxy
