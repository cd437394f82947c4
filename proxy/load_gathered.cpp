#include "proxy/load_gathered.h"

#include <memory>
#include <utility>

#include "base/mysql_errors.h"
#include "proxy/found_rows.h"
#include "proxy/frame_reader.h"
#include "proxy/gather.h"
#include "proxy/gather_insert.h"
#include "proxy/gathered_statement.h"
#include "proxy/local_infile.h"
#include "proxy/memory_gate.h"
#include "router/load_routing.h"
#include "router/load_table.h"
#include "wire/frame.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint8_t file_sequence = 2;  // the statement's was 0, the request for the file 1

class GatheredLoad {
  public:
    GatheredLoad(Session& session, const router::Route& route)
        : session_(session), route_(route), load_(*route.load) {}

    net::Task<Flow> run() {
        const Result<pool::Pool*> pool = scratch_pool(session_, route_.keyspace);
        if (!pool) co_return co_await answer_error(pool.error());
        Result<Scratch> opened = co_await Scratch::open(session_, **pool);
        if (!opened) co_return co_await answer_error(opened.error());
        Scratch scratch = *std::move(opened);
        Result<void> ready = co_await make_table(scratch);
        if (ready) ready = co_await scratch.use_session_settings();
        if (ready) ready = co_await scratch.send(*route_.shards.front().sql);
        if (!ready) co_return co_await answer_error(ready.error());
        const Result<bool> asked = co_await ask_client(scratch);
        if (!asked) co_return co_await answer_error(asked.error());
        if (!*asked) co_return Flow::leave;
        const LocalInfile file = co_await relay_local_infile(session_, scratch.connection(), file_sequence);
        if (file.status != net::IoStatus::done) {
            // The client is in the middle of its file.
            scratch.connection().condition.stream_lost = true;
            co_return Flow::leave;
        }
        sequence_ = file.next_sequence;
        const Result<wire::OkPacket> loaded = co_await read_answer(scratch);
        if (!loaded) co_return co_await answer_error(loaded.error());
        const Result<RowsChanged> inserted = co_await insert_from_scratch(session_, scratch, insert_);
        if (!inserted) co_return co_await answer_error(inserted.error());
        co_return co_await answer(*inserted);
    }

  private:
    net::Task<Result<void>> make_table(Scratch& scratch) {
        const router::Keyspace& keyspace = session_.site().world()->topology->keyspaces[route_.keyspace];
        const std::string ask = "SHOW CREATE TABLE " + router::quote_name(keyspace.database) + "." +
                                router::quote_name(load_.table);
        Result<SmallAnswer> created = make_error(mysql_error::unknown_error, "");
        if (scratch.pool().tablet().spec().keyspace == keyspace.name) {
            created = co_await scratch.ask(ask);
        } else {
            const Result<pool::Pool*> pool = pool_for(session_, route_.keyspace, 0);
            if (!pool) co_return pool.error();
            Result<Scratch> other = co_await Scratch::open(session_, **pool);
            if (!other) co_return other.error();
            created = co_await other->ask(ask);
        }
        if (!created) co_return created.error();
        Result<router::TableDefinition> table = router::parse_table_definition(created->text(0, 1));
        if (!table) co_return table.error();
        Result<std::set<std::string, std::less<>>> columns = router::loaded_columns(*table, load_.clauses);
        if (!columns) co_return columns.error();
        insert_.table = load_.table;
        insert_.columns = *std::move(columns);
        insert_.columns->insert(load_.seen.begin(), load_.seen.end());
        std::string names;
        for (const router::TableColumn& column : table->columns) {
            if (!insert_.columns->contains(column.lower)) continue;
            names += (names.empty() ? "" : ", ") + router::quote_name(column.name);
        }
        insert_.head = load_.verb + " INTO " + router::quote_name(load_.table) + " (" + names + ") VALUES ";
        const router::TableDefinition lines = router::table_for_lines(*std::move(table), load_.generated);
        co_return co_await scratch.run(lines.create_temporary(load_.table, false));
    }

    // The tablet's request for the file goes on to the client. False: the client is gone.
    net::Task<Result<bool>> ask_client(Scratch& scratch) {
        pool::Connection& connection = scratch.connection();
        FrameReader in(session_, connection);
        const Result<FramePiece> piece = co_await in.next();
        if (!piece) co_return piece.error();
        if (!piece->bytes.empty() && piece->bytes[0] == wire::err_header) {
            connection.condition.answer_pending = false;
            co_return wire::decode_err(piece->bytes);
        }
        const Result<std::string_view> name = wire::decode_local_infile(piece->bytes);
        if (!name || !piece->last) {
            connection.condition.stream_lost = true;
            co_return make_error(mysql_error::malformed_packet, "no request for the file of LOAD DATA LOCAL");
        }
        wire::Bytes request;
        const std::size_t start = wire::begin_packet(request);
        wire::append_local_infile(request, *name);
        std::uint8_t sequence = 1;
        wire::end_packet(request, start, sequence);
        const Flow sent = co_await session_.send(request);
        if (sent == Flow::leave) connection.condition.stream_lost = true;
        co_return sent == Flow::next;
    }

    net::Task<Result<wire::OkPacket>> read_answer(Scratch& scratch) {
        pool::Connection& connection = scratch.connection();
        FrameReader in(session_, connection);
        const Result<FramePiece> piece = co_await in.next();
        if (!piece) co_return piece.error();
        connection.condition.answer_pending = false;
        if (!piece->bytes.empty() && piece->bytes[0] == wire::err_header)
            co_return wire::decode_err(piece->bytes);
        const Result<wire::OkPacket> ok = wire::decode_ok(piece->bytes, connection.capabilities);
        if (!ok) {
            connection.condition.stream_lost = true;
            co_return ok.error();
        }
        connection.status = ok->status;
        lines_ = records_of(ok->info).value_or(ok->affected_rows);
        warnings_ = ok->warnings;
        const std::uint64_t limit = session_.site().config().gather.max_rows;
        if (lines_ > limit) {
            co_return make_error(
                mysql_error::too_big_select,
                "the file has more lines than gather.max_rows (" + std::to_string(limit) + ") allows");
        }
        co_return wire::OkPacket();
    }

    net::Task<Flow> answer(const RowsChanged& inserted) {
        const bool replaces = load_.verb == "REPLACE";
        const std::uint64_t more = inserted.affected_rows - std::min(inserted.affected_rows, lines_);
        const std::uint64_t less = lines_ - std::min(inserted.affected_rows, lines_);
        wire::OkPacket ok = inserted.ok();
        ok.warnings = static_cast<std::uint16_t>(warnings_ + inserted.warnings);
        const std::string info = "Records: " + std::to_string(lines_) +
                                 "  Deleted: " + std::to_string(replaces ? more : 0) +
                                 "  Skipped: " + std::to_string(replaces ? 0 : less) +
                                 "  Warnings: " + std::to_string(ok.warnings);
        ok.info = info;
        ClientState& state = session_.state();
        state.failed = false;
        state.row_count = static_cast<std::int64_t>(ok.affected_rows);
        if (ok.last_insert_id != 0) {
            state.last_insert_id = ok.last_insert_id;
            state.last_insert_on = nullptr;  // each shard has its own
        }
        session_.counters().rows_in += ok.affected_rows;
        co_return co_await session_.send_ok(ok, sequence_);
    }

    net::Task<Flow> answer_error(Error error) {
        if (session_.interrupt().raised()) {
            const std::optional<Error> why = interrupt_error(session_);
            if (!why) co_return Flow::leave;
            error = *why;
        }
        session_.state().failed = true;
        co_return co_await session_.send_error(std::move(error), sequence_);
    }

    Session& session_;
    const router::Route& route_;
    const router::LoadRoute& load_;
    router::GatherInsert insert_;
    std::uint64_t lines_ = 0;
    std::uint16_t warnings_ = 0;
    std::uint8_t sequence_ = 1;  // of the answer
};

}  // namespace

net::Task<Flow> run_gathered_load(Session& session, const router::Plan& plan, const router::Route& route,
                                  const StatementSource& source) {
    const Result<void> room = co_await room_for(session, gather_buffer_bytes);
    if (!room) co_return co_await session.send_error(room.error());
    const SchemaAside schema(session.state());
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, plan, source.sql);
    const auto load = std::make_unique<GatheredLoad>(session, route);
    co_return co_await load->run();
}

}  // namespace leasehold::proxy
