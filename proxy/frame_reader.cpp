#include "proxy/frame_reader.h"

#include <algorithm>
#include <cstring>

#include "base/mysql_errors.h"

namespace leasehold::proxy {

FrameReader::FrameReader(Session& session, pool::Connection& connection)
    : session_(session), connection_(connection), buffer_(session.site().worker().buffers().borrow()) {}

net::Task<Result<void>> FrameReader::fill() {
    if (begin_ == filled_) {
        begin_ = filled_ = 0;
    } else if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
        filled_ -= begin_;
        begin_ = 0;
    }
    for (;;) {
        const net::IoResult got = connection_.channel->read(buffer_.span().subspan(filled_));
        if (got.kind == net::IoResult::Kind::some) {
            filled_ += got.bytes;
            co_return Result<void>();
        }
        if (got.kind != net::IoResult::Kind::would_block) {
            connection_.condition.stream_lost = true;
            co_return make_error(mysql_error::server_lost, "the tablet closed the connection");
        }
        const net::IoStatus waited = co_await connection_.channel->readable(session_.interrupt());
        if (waited == net::IoStatus::interrupted) {
            co_return make_error(mysql_error::query_interrupted, "Query execution was interrupted");
        }
    }
}

std::optional<FramePiece> FrameReader::try_next() {
    const std::size_t there = filled_ - begin_;
    if (left_ > 0 || there < wire::frame_header_size) return std::nullopt;
    const std::uint32_t length = wire::load_frame_header(buffer_.data() + begin_).length;
    if (there - wire::frame_header_size < length) return std::nullopt;
    length_ = length;
    const FramePiece piece{length, true, true,
                           wire::BytesView(buffer_.data() + begin_ + wire::frame_header_size, length)};
    begin_ += wire::frame_header_size + length;
    return piece;
}

net::Task<Result<FramePiece>> FrameReader::next() {
    FramePiece piece;
    if (left_ > 0) {
        if (begin_ == filled_) {
            const Result<void> filled = co_await fill();
            if (!filled) co_return filled.error();
        }
        const std::size_t n = std::min<std::size_t>(left_, filled_ - begin_);
        piece = {length_, false, n == left_, wire::BytesView(buffer_.data() + begin_, n)};
        begin_ += n;
        left_ -= static_cast<std::uint32_t>(n);
        co_return piece;
    }
    while (filled_ - begin_ < wire::frame_header_size) {
        const Result<void> filled = co_await fill();
        if (!filled) co_return filled.error();
    }
    length_ = wire::load_frame_header(buffer_.data() + begin_).length;
    // Whole when it fits: what is decoded must lie together.
    const std::size_t wanted = std::min<std::size_t>(length_ + wire::frame_header_size, buffer_.size());
    while (filled_ - begin_ < wanted) {
        const Result<void> filled = co_await fill();
        if (!filled) co_return filled.error();
    }
    const std::size_t n = std::min<std::size_t>(length_, filled_ - begin_ - wire::frame_header_size);
    piece = {length_, true, n == length_,
             wire::BytesView(buffer_.data() + begin_ + wire::frame_header_size, n)};
    begin_ += wire::frame_header_size + n;
    left_ = length_ - static_cast<std::uint32_t>(n);
    co_return piece;
}

}  // namespace leasehold::proxy
