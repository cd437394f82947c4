#include "proxy/load_data.h"

#include <algorithm>
#include <memory>

#include "base/mysql_errors.h"
#include "proxy/answer_sum.h"
#include "proxy/load_placement.h"
#include "proxy/memory_gate.h"
#include "proxy/prelude.h"
#include "proxy/shard_parts.h"
#include "proxy/shard_writes.h"
#include "wire/frame.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

constexpr std::size_t packet_bytes = 16u << 10;  // of lines, before they are sent on
constexpr std::size_t largest_packet = 256u << 10;
constexpr std::uint8_t first_sequence = 2;  // the statement's was 0, the shard's request 1

// What one shard reads.
struct ShardFile {
    ShardPart* part = nullptr;
    wire::Bytes lines;
    std::uint8_t sequence = first_sequence;
    bool open = false;  // the shard has asked for it and not had its end
};

class SplitLoad {
  public:
    SplitLoad(Session& session, const router::Plan& plan, const router::Route& route,
              const StatementSource& source, LoadPlacement placement)
        : session_(session),
          parts_(session, plan, route, source),
          writes_(session),
          placement_(std::move(placement)),
          lines_(route.load->clauses.format, placement_.columns(), placement_.keys(),
                 session.site().config().limits.merge_memory),
          sum_(route.load->place ? AnswerSum::Of::parts : AnswerSum::Of::copies, plan.kind) {}

    net::Task<Flow> run() {
        failed_ = co_await parts_.lease_and_send();
        if (!failed_) co_await open_files();
        if (!failed_) {
            const net::IoStatus read = co_await read_file();
            if (read != net::IoStatus::done) {
                // The client is in the middle of its file: it may be told why, and no more.
                if (session_.interrupt().raised()) (void)co_await answer_error();
                co_return Flow::leave;
            }
        }
        if (!failed_) co_await read_answers();
        session_.state().running.clear();
        if (failed_) co_return co_await answer_error();
        const Result<void> committed = co_await writes_.commit();
        if (!committed) {
            failed_ = committed.error();
            co_return co_await answer_error();
        }
        const wire::OkPacket& ok = sum_.total();
        session_.counters().rows_in += ok.affected_rows;
        session_.state().failed = false;
        if (ok.last_insert_id != 0) {
            session_.state().last_insert_id = ok.last_insert_id;
            session_.state().last_insert_on = nullptr;  // each shard has its own
        }
        co_return co_await session_.send_ok(ok, next_sequence_);
    }

  private:
    // Every shard asks for the file; then the client is asked.
    net::Task<void> open_files() {
        std::string name;
        for (ShardPart& part : parts_.all()) {
            FrameReader in(session_, part.lease.connection());
            std::optional<Error> error = co_await parts_.read_prelude(part, in);
            if (!error) error = co_await read_request(part, in, name);
            if (error) {
                if (part.end.error_code == 0) part.state = ShardPart::State::lost;
                if (!failed_) failed_ = named(part, *error);
            }
        }
        if (failed_) co_return;
        wire::Bytes request;
        const std::size_t start = wire::begin_packet(request);
        wire::append_local_infile(request, name);
        std::uint8_t sequence = 1;
        wire::end_packet(request, start, sequence);
        if (co_await session_.send(request) == Flow::leave)
            failed_ = make_error(mysql_error::server_lost, "the client went away");
    }

    net::Task<std::optional<Error>> read_request(ShardPart& part, FrameReader& in, std::string& name) {
        const Result<FramePiece> piece = co_await in.next();
        if (!piece) co_return piece.error();
        if (!piece->bytes.empty() && piece->bytes[0] == wire::err_header)
            co_return parts_.take_error(part, *piece);
        const Result<std::string_view> file = wire::decode_local_infile(piece->bytes);
        if (!file || !piece->last) {
            const Error other =
                file ? make_error(mysql_error::malformed_packet, "a name of a file") : file.error();
            co_return parts_.spoil(part, other);
        }
        name = *file;
        ShardFile& opened = files_.emplace_back();
        opened.part = &part;
        opened.open = true;
        co_return std::nullopt;
    }

    // To the client's empty packet, whatever happens on the shards. The status is the client's.
    net::Task<net::IoStatus> read_file() {
        net::Channel& client = session_.channel();
        const net::Buffer buffer = session_.site().worker().buffers().borrow();
        std::uint8_t header[wire::frame_header_size];
        for (;;) {
            net::IoStatus status = co_await client.read_exactly(header, session_.interrupt());
            if (status != net::IoStatus::done) co_return interrupted(status);
            if (session_.series) session_.series->renumberer.heard(header[3]);
            next_sequence_ = static_cast<std::uint8_t>(header[3] + 1);
            std::size_t left = wire::load_frame_header(header).length;
            if (left == 0) break;
            while (left > 0) {
                const auto room = buffer.span().first(std::min(left, buffer.size()));
                const net::IoResult got = client.read(room);
                if (got.kind == net::IoResult::Kind::would_block) {
                    status = co_await client.readable(session_.interrupt());
                    if (status != net::IoStatus::done) co_return interrupted(status);
                    continue;
                }
                if (got.kind != net::IoResult::Kind::some) co_return interrupted(net::IoStatus::closed);
                session_.counters().bytes_in += got.bytes;
                left -= got.bytes;
                if (failed_) continue;
                lines_.feed(wire::to_text(room.first(got.bytes)));
                co_await split();
            }
        }
        if (!failed_) {
            lines_.end();
            co_await split();
        }
        for (ShardFile& file : files_) {
            if (failed_) break;
            co_await send_lines(file);
            if (!failed_) co_await end_file(file);
        }
        co_return net::IoStatus::done;
    }

    net::IoStatus interrupted(net::IoStatus status) {
        failed_ = make_error(mysql_error::query_interrupted, "Query execution was interrupted");
        return status;
    }

    net::Task<void> split() {
        while (!failed_) {
            const Result<std::optional<std::string_view>> line = lines_.next();
            if (!line) failed_ = line.error();
            if (!line || !*line) break;
            const Result<std::optional<std::uint16_t>> shard = placement_.shard_of(lines_);
            if (!shard) {
                failed_ = shard.error();
                break;
            }
            for (ShardFile& file : files_) {
                if (*shard && file.part->query->shard != **shard) continue;
                const auto* const bytes = reinterpret_cast<const std::uint8_t*>((*line)->data());
                file.lines.insert(file.lines.end(), bytes, bytes + (*line)->size());
                if (file.lines.size() >= packet_bytes) co_await send_lines(file);
            }
        }
        std::size_t held = lines_.held_bytes();
        for (const ShardFile& file : files_) held += file.lines.capacity();
        charge_.set(held);
    }

    net::Task<void> send_lines(ShardFile& file) {
        wire::Bytes frames;
        for (std::size_t at = 0; at < file.lines.size() && !failed_; at += largest_packet) {
            const wire::BytesView all(file.lines);
            frames.clear();
            wire::append_packet(frames, all.subspan(at, std::min(largest_packet, all.size() - at)),
                                file.sequence);
            co_await write(file, frames);
        }
        file.lines.clear();
        if (file.lines.capacity() > 4 * packet_bytes) file.lines.shrink_to_fit();
    }

    net::Task<void> end_file(ShardFile& file) {
        wire::Bytes frames;
        const wire::BytesView nothing;
        wire::append_packet(frames, nothing, file.sequence);
        co_await write(file, frames);
        file.open = false;
    }

    net::Task<void> write(ShardFile& file, const wire::Bytes& frames) {
        pool::Connection& connection = file.part->lease.connection();
        const net::IoStatus status = co_await connection.channel->write_all(frames, session_.interrupt());
        if (status == net::IoStatus::done) co_return;
        connection.condition.stream_lost = true;
        file.part->state = ShardPart::State::lost;
        const Error lost = make_error(mysql_error::server_lost, "lost the tablet while it read the file");
        failed_ = named(*file.part, lost);
    }

    net::Task<void> read_answers() {
        for (ShardPart& part : parts_.all()) {
            FrameReader in(session_, part.lease.connection());
            const std::optional<Error> error = co_await parts_.read_ok(part, in, sum_);
            if (error) {
                if (part.end.error_code == 0) part.state = ShardPart::State::lost;
                if (!failed_) failed_ = named(part, *error);
            }
            if (part.state == ShardPart::State::answered) parts_.finish(part);
            if (session_.interrupt().raised()) break;
        }
    }

    // Shards that still wait for more of their file are closed, which rolls them back.
    net::Task<Flow> answer_error() {
        parts_.close_rest();
        Error error = co_await writes_.fail(std::move(*failed_));
        if (session_.interrupt().raised()) {
            const std::optional<Error> why = interrupt_error(session_);
            if (!why) co_return Flow::leave;
            error = *why;
        }
        co_return co_await session_.send_error(std::move(error), next_sequence_);
    }

    static Error named(const ShardPart& part, const Error& error) {
        return Error(error.code, part.shard + ": " + error.message, error.sqlstate);
    }

    Session& session_;
    ShardParts parts_;
    ShardWrites writes_;
    LoadPlacement placement_;
    router::LoadLines lines_;
    std::vector<ShardFile> files_;
    std::uint8_t next_sequence_ = 1;
    AnswerSum sum_;
    std::optional<Error> failed_;
    MemoryCharge charge_{MemoryPart::merges};
};

}  // namespace

net::Task<Flow> run_load(Session& session, const router::Plan& plan, const router::Route& route,
                         const StatementSource& source) {
    const Result<void> room = co_await room_for(session, route.shards.size() * net::buffer_bytes);
    if (!room) co_return co_await session.send_error(room.error());
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, plan, source.sql);
    Result<LoadPlacement> placement = co_await LoadPlacement::learn(session, route);
    if (!placement) co_return co_await session.send_error(placement.error());
    const auto load = std::make_unique<SplitLoad>(session, plan, route, source, *std::move(placement));
    const Flow flow = co_await load->run();
    session.state().running.clear();
    co_return flow;
}

}  // namespace leasehold::proxy
