#include "proxy/tablet_rows.h"

#include "base/mysql_errors.h"
#include "pool/packet_io.h"
#include "wire/query_attributes.h"

namespace leasehold::proxy {
namespace {

constexpr std::size_t kept_capacity = 1u << 20;
constexpr std::uint64_t max_columns = 65'535;

}  // namespace

TabletRows::TabletRows(Session& session, pool::Connection& connection, unsigned preceding)
    : session_(session),
      connection_(connection),
      in_(session, connection),
      preceding_(preceding),
      deprecate_eof_(wire::has(connection.capabilities, wire::capability::deprecate_eof)) {}

// One packet into row_; what is larger than the buffer is put together.
net::Task<Result<void>> TabletRows::read_packet() {
    joined_.clear();
    if (joined_.capacity() > kept_capacity) joined_.shrink_to_fit();
    const std::uint64_t max_row = session_.site().config().limits.merge_memory;
    bool whole = true;
    for (bool first = true;; first = false) {
        Result<FramePiece> piece = co_await in_.next();
        if (!piece) co_return piece.error();
        if (first) length_ = piece->length;
        const bool last = piece->last && piece->length != wire::max_frame_payload;
        if (whole && last) {
            row_ = piece->bytes;
            co_return Result<void>();
        }
        whole = false;
        if (joined_.size() + piece->bytes.size() > max_row) {
            co_return make_error(mysql_error::out_of_resources,
                                 "A row is larger than limits.merge_memory (" + std::to_string(max_row) +
                                     " bytes), which bounds what is held of a row of several shards");
        }
        wire::append_bytes(joined_, piece->bytes);
        charge_.set(joined_.capacity());
        if (last) break;
    }
    row_ = joined_;
    co_return Result<void>();
}

Error TabletRows::take_error() {
    connection_.condition.answer_pending = false;
    state_ = State::ended;
    status_ = connection_.status;
    return wire::decode_err(row_);
}

Result<void> TabletRows::take_end() {
    if (deprecate_eof_) {
        const Result<wire::OkPacket> ok = wire::decode_ok(row_, connection_.capabilities);
        if (!ok) return ok.error();
        status_ = ok->status;
    } else {
        const Result<wire::EofPacket> eof = wire::decode_eof(row_);
        if (!eof) return eof.error();
        status_ = eof->status;
    }
    connection_.status = status_;
    connection_.condition.answer_pending = false;
    connection_.condition.in_transaction = wire::has(status_, wire::server_status::in_trans);
    state_ = State::ended;
    return {};
}

net::Task<Result<void>> TabletRows::read_header() {
    for (; preceding_ > 0; --preceding_) {
        const Result<void> read = co_await read_packet();
        if (!read) co_return read.error();
        if (!row_.empty() && row_[0] == wire::err_header) {
            connection_.condition.stream_lost = true;  // the statement's own answer is still to come
            co_return wire::decode_err(row_);
        }
    }
    Result<void> read = co_await read_packet();
    if (!read) co_return read.error();
    if (!row_.empty() && row_[0] == wire::err_header) co_return take_error();
    const Result<wire::ColumnCount> count = wire::decode_column_count(row_, connection_.capabilities);
    if (!count || count->columns == 0 || count->columns > max_columns) {
        connection_.condition.stream_lost = true;
        co_return count ? make_error(mysql_error::malformed_packet, "an answer without rows") : count.error();
    }
    const std::uint64_t definitions = count->metadata_follows ? count->columns + (deprecate_eof_ ? 0 : 1) : 0;
    for (std::uint64_t i = 0; i < definitions; ++i) {
        read = co_await read_packet();
        if (!read) co_return read.error();
        if (i == count->columns) break;  // the EOF behind them
        const Result<wire::ColumnDefinition> column = wire::decode_column_definition(row_);
        if (!column) {
            connection_.condition.stream_lost = true;
            co_return column.error();
        }
        types_.push_back(column->type);
    }
    state_ = State::rows;
    co_return Result<void>();
}

net::Task<Result<bool>> TabletRows::next() {
    if (state_ == State::header) {
        const Result<void> header = co_await read_header();
        if (!header) co_return header.error();
    }
    if (state_ == State::ended) co_return false;
    const Result<void> read = co_await read_packet();
    if (!read) co_return read.error();
    if (!row_.empty() && row_[0] == wire::err_header) co_return take_error();
    const bool end = !row_.empty() && row_[0] == wire::eof_header &&
                     (deprecate_eof_ ? length_ < wire::max_frame_payload : length_ < 9);
    if (!end) co_return true;
    const Result<void> ended = take_end();
    if (!ended) {
        connection_.condition.stream_lost = true;
        co_return ended.error();
    }
    co_return false;
}

std::string SmallAnswer::text(std::size_t row, std::size_t column) const {
    if (row >= rows.size() || column >= rows[row].size()) return {};
    return rows[row][column].value_or("");
}

net::Task<Result<SmallAnswer>> ask(Session& session, pool::Connection& connection, std::string sql) {
    wire::Bytes request;
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(request);
    wire::append_query(request, sql, connection.capabilities);
    wire::end_packet(request, start, sequence);
    connection.condition.answer_pending = true;
    const net::IoStatus status = co_await connection.channel->write_all(request, session.interrupt());
    if (status != net::IoStatus::done) {
        connection.condition.stream_lost = true;
        co_return pool::io_error(status);
    }
    SmallAnswer answer;
    TabletRows in(session, connection);
    for (;;) {
        const Result<bool> more = co_await in.next();
        if (!more) co_return more.error();
        if (!*more) break;
        auto& row = answer.rows.emplace_back();
        wire::Reader reader(in.row());
        while (reader.ok() && !reader.at_end()) {
            const std::optional<wire::BytesView> value = reader.lenenc_or_null();
            row.push_back(value ? std::optional<std::string>(wire::to_text(*value)) : std::nullopt);
        }
    }
    answer.types = in.types();
    co_return std::move(answer);
}

}  // namespace leasehold::proxy
