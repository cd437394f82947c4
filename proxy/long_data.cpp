#include "proxy/long_data.h"

#include <algorithm>
#include <span>

#include "base/mysql_errors.h"
#include "proxy/prelude.h"
#include "proxy/prepared_commands.h"
#include "proxy/requests.h"
#include "proxy/shard_statement.h"
#include "wire/frame.h"
#include "wire/prepared.h"

namespace leasehold::proxy {
namespace {

// The packet with the tablet's id for the statement; of a large one the rest as it comes. Once a part of it
// was sent the connection is of use only with all of it.
net::Task<Result<void>> pass_on(Session& session, net::Channel& tablet, Command& command, std::uint32_t id) {
    const std::span<std::uint8_t> buffer = command.buffer.span();
    wire::patch_statement_id(buffer.subspan(wire::frame_header_size), id);
    CommandRest* const rest = command.rest ? session.large : nullptr;
    std::span<const std::uint8_t> piece = rest == nullptr ? buffer.first(command.frames.size()) : buffer;
    for (;;) {
        const net::IoStatus status = co_await tablet.write_all(piece, session.interrupt());
        if (status != net::IoStatus::done) {
            co_return make_error(mysql_error::server_lost, "the tablet has closed the connection");
        }
        if (rest == nullptr || rest->done()) co_return Result<void>();
        const Result<CommandRest::Piece> next = co_await rest->next();
        if (!next) co_return next.error();
        session.counters().bytes_in += next->bytes.size();
        piece = next->bytes;
    }
}

net::Task<Result<void>> send_long_data(Session& session, PreparedStatement& statement, Command& command) {
    const router::Opcode opcode = statement.plan->opcode;
    if (opcode != router::Opcode::unsharded && opcode != router::Opcode::by_destination) {
        co_return make_error(
            mysql_error::unknown_error,
            "unsupported: long data for a statement on a sharded keyspace; target one shard");
    }
    const Result<pool::Pool*> pool = pool_to_prepare_on(session, *statement.plan, statement.text->sql);
    if (!pool) co_return pool.error();
    Result<StatementLease> leased = co_await lease_for(session, **pool, true);
    if (!leased) co_return leased.error();
    StatementLease lease = std::move(*leased);
    pool::Connection& connection = lease.connection();
    // Named: GCC 12 destroys a braced temporary in the wrong place when the expression awaits.
    const router::Effects none;
    Result<Prelude> prelude = co_await prelude_for(session, **pool, connection, none, PreludeFor::preparing);
    if (!prelude) co_return prelude.error();
    if (prelude->answers > 0) {
        const Result<void> confirmed = co_await confirm(session, **pool, connection, *prelude);
        if (!confirmed) co_return confirmed.error();
    }
    const Result<std::uint32_t> id = co_await prepare_on(session, connection, statement.text);
    if (!id) co_return id.error();
    const Result<void> passed = co_await pass_on(session, *connection.channel, command, *id);
    if (!passed) {
        connection.condition.stream_lost = true;
        RelayEnd end;
        end.problem = passed.error().message;
        co_return abandon(session, std::move(lease), end);
    }
    keep(session, std::move(lease), {pool::Reason::long_data}, statement.text->sql);
    co_return Result<void>();
}

}  // namespace

// There is no answer; what goes wrong is told by the execute.
net::Task<Flow> run_long_data(Session& session, Command& command) {
    session.counters().bytes_in += command.payload.size();
    const Result<wire::LongData> data = wire::decode_long_data(command.payload);
    if (!data) co_return Flow::next;
    PreparedStatement* statement = session.prepared().find(data->statement_id);
    if (statement == nullptr || statement->long_data_error) co_return Flow::next;
    const std::uint16_t parameter = data->parameter;
    if (parameter >= statement->parameters) {
        statement->long_data_error =
            make_error(mysql_error::wrong_arguments, "Incorrect arguments to mysqld_stmt_send_long_data");
        co_return Flow::next;
    }
    const Result<void> sent = co_await send_long_data(session, *statement, command);
    if (!sent) {
        statement->long_data_error = sent.error();
        statement->long_data.clear();
        if (!session.prepared().has_long_data()) session.held().end_reason(pool::Reason::long_data);
        co_return session.interrupt().raised() ? Flow::leave : Flow::next;
    }
    const auto place = std::lower_bound(statement->long_data.begin(), statement->long_data.end(), parameter);
    if (place == statement->long_data.end() || *place != parameter) {
        statement->long_data.insert(place, parameter);
    }
    co_return Flow::next;
}

net::Task<Flow> serve_long_data(Session& session, Command& command, CommandRest& rest) {
    session.begin_work(wire::Command::stmt_send_long_data);
    const Flow flow = co_await run_long_data(session, command);
    if (flow == Flow::leave) co_return flow;
    const Result<void> read = co_await rest.discard();  // of data that nobody wanted
    if (read) co_return Flow::next;
    co_await session.part_from(read.error());
    co_return Flow::leave;
}

}  // namespace leasehold::proxy
