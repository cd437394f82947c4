// The bytes that one shard gets for a statement: the client's own where nothing has to change, else made for
// it. Thread: the worker's.
#pragma once

#include "proxy/query.h"
#include "proxy/shard_statement.h"

namespace leasehold::proxy {

// A COM_QUERY or, for a prepared statement, a COM_STMT_EXECUTE, preceded by the PREPARE that the connection
// may need.
class StatementRequest final : public RequestMaker {
  public:
    // All three must outlive the request.
    StatementRequest(Session& session, const StatementSource& source, const router::ShardQuery& query)
        : session_(session), source_(source), query_(query) {}
    net::Task<Result<wire::BytesView>> make(pool::Connection& connection) override;
    bool needs_exchange(pool::Connection& connection) const override;
    StreamedStatement* streamed() const override;
    bool says(std::uint64_t number) const override;
    std::optional<std::string> text_parameter(std::size_t at) const override;
    void on_answer(pool::Connection& connection, const RelayEnd& end) override;

  private:
    Result<wire::BytesView> make_query(const pool::Connection& connection);
    pool::PreparedTextRef prepared_text() const;
    net::Task<Result<wire::BytesView>> make_execute(pool::Connection& connection);

    Session& session_;
    const StatementSource& source_;
    const router::ShardQuery& query_;
    wire::Bytes made_;
};

// The same statement without a cursor: where none can stay open the client gets the rows at once, as servers
// may do it too.
class CursorlessSource {
  public:
    explicit CursorlessSource(const StatementSource& asked);
    CursorlessSource(const CursorlessSource&) = delete;
    CursorlessSource& operator=(const CursorlessSource&) = delete;

    const StatementSource& source() const { return source_; }

  private:
    StatementSource source_;
    std::optional<wire::ExecuteRequest> execute_;  // what source_ points at
};

// The tablet's id of a statement on this connection; prepares it when the connection does not have it yet.
// Errors: the tablet's own, 2013.
net::Task<Result<std::uint32_t>> prepare_on(Session& session, pool::Connection& connection,
                                            const pool::PreparedTextRef& text);

}  // namespace leasehold::proxy
