// Statements of the proxy's own that change rows, each planned like a client's and carried out on all shards
// that it goes to, within one transaction: the session's, or one of their own. Thread: the worker's.
#pragma once

#include <optional>
#include <string>

#include "proxy/answer_sum.h"
#include "proxy/query.h"
#include "proxy/relay.h"

namespace leasehold::proxy {

class ShardWrites {
  public:
    // What becomes of the transaction when a statement fails: it is rolled back as a whole, or left to the
    // caller, who knows what belongs together (proxy/statement_scope.h).
    enum class OnError : std::uint8_t { roll_back, leave };

    // Begins a transaction where the session has none open.
    explicit ShardWrites(Session& session, OnError on_error = OnError::roll_back);
    // What was not committed is rolled back.
    ~ShardWrites();
    ShardWrites(const ShardWrites&) = delete;
    ShardWrites& operator=(const ShardWrites&) = delete;

    // Errors name the shard; then the whole transaction has been rolled back, as after any write over several
    // shards that failed on one, unless it is left to the caller. Entries of lookups follow.
    net::Task<Result<void>> run(std::string sql);
    // One statement for one shard, as it stands, that changes rows. Errors likewise. Gives its warnings.
    net::Task<Result<std::uint16_t>> run_on_shard(std::uint16_t keyspace, std::uint16_t shard,
                                                  const std::string& sql);
    // An error that ends the whole: rolls back what was done so far.
    net::Task<Error> fail(Error error);
    // Commits a transaction of its own. Errors: which shards committed and which did not.
    net::Task<Result<void>> commit();
    // Affected rows and warnings of all so far, and the first insert id (of a sequence, where one gave any).
    const wire::OkPacket& sum() const { return sum_.total(); }

  private:
    net::Task<Result<void>> run_on(const router::Plan& plan, std::uint16_t keyspace,
                                   const router::ShardQuery& query, const std::string& sql);
    net::Task<Result<void>> run_parts(const router::Plan& plan, const router::Route& route,
                                      const std::string& sql);
    net::Task<Result<void>> run_with_entries(const router::Plan& plan, const router::Route& route,
                                             const StatementSource& source);

    Session& session_;
    const OnError on_error_;
    bool own_ = false;
    AnswerSum sum_{AnswerSum::Of::parts, router::StatementKind::insert};
    std::optional<std::uint64_t> first_id_;
};

}  // namespace leasehold::proxy
