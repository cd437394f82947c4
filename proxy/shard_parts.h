// The parts of one statement that goes to several shards: leases in shard order, all sent before any answer
// is read, each settled or given up. What becomes of the answers is for scatter.cpp and merge.cpp. Thread:
// the worker's.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>

#include "proxy/answer_sum.h"
#include "proxy/frame_reader.h"
#include "proxy/frame_writer.h"
#include "proxy/query.h"
#include "proxy/shard_statement.h"

namespace leasehold::proxy {

struct ShardPart {
    const router::ShardQuery* query = nullptr;
    std::string shard;
    pool::Pool* pool = nullptr;
    StatementLease lease;
    RelayOptions options;
    RelayEnd end;
    enum class State : std::uint8_t { leased, sent, answered, lost } state = State::leased;
};

class ShardParts {
  public:
    // All must outlive it.
    ShardParts(Session& session, const router::Plan& plan, const router::Route& route,
               const StatementSource& source)
        : session_(session), plan_(plan), route_(route), source_(source) {}

    Session& session() { return session_; }
    const router::Route& route() const { return route_; }
    const StatementSource& source() const { return source_; }
    std::list<ShardPart>& all() { return parts_; }

    // Nothing when every shard has its part; else what the client is to be told.
    net::Task<std::optional<Error>> lease_and_send();

    // Whose part has failed; nothing: none has, the error is of something else.
    std::optional<std::uint16_t> failed_shard() const;

    // The answers of what went before the statement.
    net::Task<std::optional<Error>> read_prelude(ShardPart& part, FrameReader& in);
    // The whole answer of a part without rows: its OK, which `sum` gets, or an error.
    net::Task<std::optional<Error>> read_ok(ShardPart& part, FrameReader& in, AnswerSum& sum);
    // The packet that ends a part's answer: of its rows, or an error, which is given back.
    std::optional<Error> take_end_of_rows(ShardPart& part, const FramePiece& piece);
    Error take_error(ShardPart& part, const FramePiece& piece);
    void note_status(ShardPart& part, wire::StatusFlags status);
    // The tablet broke the protocol.
    Error spoil(ShardPart& part, Error error);

    // Settles a part that was answered to the end.
    void finish(ShardPart& part);
    // Gives up a part that was not. A lease of a transaction takes the whole transaction with it.
    void give_up(ShardPart& part);
    // All that are left, either way.
    void close_rest();

    // `out`: what was written of the answer so far.
    net::Task<Flow> answer_error(Error error, FrameWriter* out = nullptr);

  private:
    net::Task<std::optional<Error>> send(ShardPart& part);

    Session& session_;
    const router::Plan& plan_;
    const router::Route& route_;
    const StatementSource& source_;
    std::list<ShardPart> parts_;
    std::optional<std::uint16_t> unsent_;  // a shard that did not get its part
};

}  // namespace leasehold::proxy
