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
