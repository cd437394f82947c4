#include "proxy/shard_rows.h"

#include "base/mysql_errors.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint64_t max_columns = 65'535;

Error broken(std::string_view what) {
    return make_error(mysql_error::malformed_packet, "A tablet sent " + std::string(what));
}

}  // namespace

ShardRows::ShardRows(ShardParts& parts, ShardPart& part, std::size_t max_row)
    : parts_(parts),
      part_(part),
      in_(parts.session(), part.lease.connection()),
      max_row_(max_row),
      deprecate_eof_(wire::has(part.lease.connection().capabilities, wire::capability::deprecate_eof)) {}

net::Task<std::optional<Error>> ShardRows::open() {
    if (std::optional<Error> failed = co_await parts_.read_prelude(part_, in_)) co_return failed;
    const Result<FramePiece> first = co_await in_.next();
    if (!first) co_return first.error();
    if (!first->last || first->bytes.empty()) co_return parts_.spoil(part_, broken("no result set"));
    if (first->bytes[0] == wire::err_header) co_return parts_.take_error(part_, *first);
    const Result<wire::ColumnCount> count =
        wire::decode_column_count(first->bytes, part_.lease.connection().capabilities);
    if (!count) co_return parts_.spoil(part_, count.error());
    if (!count->metadata_follows || count->columns > max_columns)
        co_return parts_.spoil(part_, broken("no column definitions"));
    for (std::uint64_t i = 0; i < count->columns; ++i) {
        if (std::optional<Error> failed = co_await read_definition()) co_return failed;
    }
    if (!deprecate_eof_) {
        const Result<FramePiece> eof = co_await in_.next();
        if (!eof) co_return eof.error();
    }
    opened_ = true;
    co_return std::nullopt;
}

net::Task<std::optional<Error>> ShardRows::read_definition() {
    wire::Bytes& packet = definitions_.emplace_back();
    for (bool last = false; !last;) {
        const Result<FramePiece> piece = co_await in_.next();
        if (!piece) co_return piece.error();
        if (packet.size() + piece->bytes.size() > max_row_)
            co_return parts_.spoil(part_, broken("a column definition that is too large"));
        wire::append_bytes(packet, piece->bytes);
        last = piece->last;
    }
    const Result<wire::ColumnDefinition> definition = wire::decode_column_definition(packet);
    if (!definition) co_return parts_.spoil(part_, definition.error());
    types_.push_back(type_of(*definition));
    co_return std::nullopt;
}

Result<ShardRows::Step> ShardRows::take(const FramePiece& piece) {
    if (piece.bytes.empty()) return parts_.spoil(part_, broken("an empty row"));
    if (piece.bytes[0] == wire::err_header) return parts_.take_error(part_, piece);
    if (ends_rows(piece, deprecate_eof_)) {
        ended_ = true;
        row_ = {};
        if (std::optional<Error> failed = parts_.take_end_of_rows(part_, piece)) return *std::move(failed);
        return Step::end;
    }
    row_ = piece.bytes;
    return Step::row;
}

std::optional<Result<ShardRows::Step>> ShardRows::try_advance() {
    const std::optional<FramePiece> piece = in_.try_next();
    if (!piece) return std::nullopt;
    return take(*piece);
}

net::Task<Result<ShardRows::Step>> ShardRows::advance() {
    const Result<FramePiece> piece = co_await in_.next();
    if (!piece) co_return piece.error();
    if (!piece->last) co_return co_await collect(*piece);
    co_return take(*piece);
}

// A row that does not lie in the buffer as a whole; its frames may be several.
net::Task<Result<ShardRows::Step>> ShardRows::collect(FramePiece piece) {
    large_.clear();
    for (;;) {
        if (large_.size() + piece.bytes.size() > max_row_) {
            co_return make_error(mysql_error::out_of_resources,
                                 "A row is larger than limits.merge_memory (" + std::to_string(max_row_) +
                                     " bytes), which bounds what a merge of several shards may hold");
        }
        wire::append_bytes(large_, piece.bytes);
        memory_.set(allocated_size(large_.capacity()));
        if (piece.last && piece.length < wire::max_frame_payload) break;
        const Result<FramePiece> next = co_await in_.next();
        if (!next) co_return next.error();
        piece = *next;
    }
    row_ = large_;
    co_return Step::row;
}

net::Task<Result<bool>> ShardRows::drain(std::size_t budget) {
    bool continued = false;  // the frame belongs to a row that began in an earlier one
    while (!ended_) {
        const Result<FramePiece> piece = co_await in_.next();
        if (!piece) co_return piece.error();
        if (piece->first && !continued && !piece->bytes.empty()) {
            if (piece->bytes[0] == wire::err_header) co_return parts_.take_error(part_, *piece);
            if (ends_rows(*piece, deprecate_eof_)) {
                const Result<Step> end = take(*piece);
                if (!end) co_return end.error();
                break;
            }
        }
        if (piece->last) continued = piece->length == wire::max_frame_payload;
        if (piece->bytes.size() > budget) co_return false;
        budget -= piece->bytes.size();
    }
    co_return true;
}

}  // namespace leasehold::proxy
