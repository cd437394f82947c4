#include "proxy/frame_writer.h"

#include <algorithm>
#include <cstring>

namespace leasehold::proxy {

FrameWriter::FrameWriter(Session& session)
    : session_(session), buffer_(session.site().worker().buffers().borrow()) {}

net::Task<bool> FrameWriter::put(FramePiece piece) {
    if (piece.first) {
        const std::uint8_t header[wire::frame_header_size] = {
            static_cast<std::uint8_t>(piece.length), static_cast<std::uint8_t>(piece.length >> 8),
            static_cast<std::uint8_t>(piece.length >> 16), sequence_++};
        if (!co_await put_bytes(header)) co_return false;
    }
    co_return co_await put_bytes(piece.bytes);
}

net::Task<bool> FrameWriter::put_packet(wire::BytesView payload) {
    const FramePiece piece{static_cast<std::uint32_t>(payload.size()), true, true, payload};
    co_return co_await put(piece);
}

bool FrameWriter::try_put_parts(wire::BytesView head, wire::BytesView tail) {
    const std::size_t length = head.size() + tail.size();
    if (length >= wire::max_frame_payload || buffer_.size() - filled_ < length + wire::frame_header_size)
        return false;
    std::uint8_t* const to = buffer_.data() + filled_;
    to[0] = static_cast<std::uint8_t>(length);
    to[1] = static_cast<std::uint8_t>(length >> 8);
    to[2] = static_cast<std::uint8_t>(length >> 16);
    to[3] = sequence_++;
    if (!head.empty()) std::memcpy(to + wire::frame_header_size, head.data(), head.size());
    if (!tail.empty()) std::memcpy(to + wire::frame_header_size + head.size(), tail.data(), tail.size());
    filled_ += length + wire::frame_header_size;
    return true;
}

net::Task<bool> FrameWriter::put_parts(wire::BytesView head, wire::BytesView tail) {
    if (try_put_parts(head, tail)) co_return true;
    for (;;) {
        const std::size_t length = std::min(head.size() + tail.size(), wire::max_frame_payload);
        const wire::BytesView from_head = head.first(std::min(head.size(), length));
        const wire::BytesView from_tail = tail.first(length - from_head.size());
        head = head.subspan(from_head.size());
        tail = tail.subspan(from_tail.size());
        if (!co_await put({static_cast<std::uint32_t>(length), true, false, from_head})) co_return false;
        if (!co_await put_bytes(from_tail)) co_return false;
        if (length < wire::max_frame_payload) co_return true;
    }
}

net::Task<bool> FrameWriter::put_bytes(wire::BytesView bytes) {
    while (!bytes.empty()) {
        if (filled_ == buffer_.size() && !co_await flush()) co_return false;
        const std::size_t n = std::min(bytes.size(), buffer_.size() - filled_);
        std::memcpy(buffer_.data() + filled_, bytes.data(), n);
        filled_ += n;
        bytes = bytes.subspan(n);
    }
    co_return true;
}

net::Task<bool> FrameWriter::flush() {
    if (filled_ == 0) co_return true;
    sent_ = true;
    const Flow flow = co_await session_.send(wire::BytesView(buffer_.data(), filled_));
    filled_ = 0;
    co_return flow == Flow::next;
}

}  // namespace leasehold::proxy
