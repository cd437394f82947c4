// A statement larger than a buffer, passed on to its tablet while it comes from the client: what it takes is
// one buffer, whatever its size. Only where its beginning tells where it goes (an unsharded keyspace, or a
// shard that the session chose) and that nothing in it has to be changed; what the rest says is looked at on
// its way, and its last piece is held back until it is known to be no surprise. Owner: the command's
// coroutine. Thread: the worker's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/memory_account.h"
#include "proxy/command_rest.h"
#include "proxy/query.h"
#include "proxy/session.h"
#include "router/sql/outline.h"
#include "wire/prepared.h"

namespace leasehold::proxy {

class StreamedStatement {
  public:
    // Nothing: it has to be put together.
    static std::unique_ptr<StreamedStatement> of_query(Session& session, Command& command, CommandRest& rest);
    static std::unique_ptr<StreamedStatement> of_execute(Session& session, Command& command,
                                                         CommandRest& rest);

    net::Task<Flow> run();

    // The beginning of the request for this connection. In the client's buffer where it fits as it is, else
    // in `made`. Errors: 1105 the connection speaks another form of the protocol.
    Result<wire::BytesView> query_head(const pool::Connection& connection, wire::Bytes& made) const;
    Result<wire::BytesView> execute_head(const pool::Connection& connection, std::uint32_t tablet_id,
                                         wire::Bytes& made) const;

    struct End {
        std::optional<Error> error;
        bool of_statement = false;  // the tablet has done nothing wrong, the statement cannot be finished
    };
    // After the beginning was sent.
    net::Task<End> send_rest(pool::Connection& connection);
    // Of the whole statement, after that.
    const router::Plan& plan() const { return *plan_; }

  private:
    StreamedStatement(Session& session, Command& command, CommandRest& rest)
        : session_(session), command_(command), rest_(rest) {}
    bool begin_query();
    bool begin_execute();
    bool goes_to_one_shard();
    net::Task<Result<void>> look_at(std::span<std::uint8_t> piece);
    std::optional<Error> judge();

    Session& session_;
    Command& command_;
    CommandRest& rest_;
    router::PlanRef plan_;
    StatementSource source_;
    router::PlannedStatement planned_;  // of the beginning

    // Of a query.
    std::optional<router::StatementOutline> outline_;
    std::string beginning_;        // the outline of what was read before anything was sent
    std::size_t text_offset_ = 0;  // in the payload
    std::size_t text_read_ = 0;
    std::string following_;  // further statements behind it
    MemoryCharge following_memory_{MemoryPart::statements};

    // Of an execute.
    std::optional<PreparedStatement> prepared_;
    std::optional<wire::ExecuteHead> head_;
};

// A command of which only the beginning was read.
net::Task<Flow> serve_large(Session& session, Command& command);

}  // namespace leasehold::proxy
