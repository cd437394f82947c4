#include "proxy/kept_rows.h"

#include <string>

#include "base/mysql_errors.h"
#include "proxy/frame_writer.h"
#include "wire/frame.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

// One frame from the front of `frames`, with its header; empty: there is no whole one.
wire::BytesView take_frame(wire::BytesView& frames) {
    if (frames.size() < wire::frame_header_size) return {};
    const std::size_t size = wire::frame_header_size + wire::load_frame_header(frames.data()).length;
    if (frames.size() < size) return {};
    const wire::BytesView frame = frames.first(size);
    frames = frames.subspan(size);
    return frame;
}

Error no_rows() {
    return make_error(mysql_error::malformed_packet, "A tablet sent no rows where RETURNING asks for them");
}

}  // namespace

void KeptRows::append(wire::BytesView frames) {
    const std::uint64_t limit = session_.site().config().limits.merge_memory;
    if (answer_.size() + rows_.size() + frames.size() > limit) over_ = true;
    if (over_) return;
    wire::append_bytes(answer_, frames);
    charge_.set(answer_.capacity() + rows_.capacity());
}

Result<void> KeptRows::end_answer(wire::Capabilities tablet) {
    if (over_) {
        return make_error(mysql_error::out_of_resources,
                          "The rows that RETURNING gives are larger than limits.merge_memory (" +
                              std::to_string(session_.site().config().limits.merge_memory) +
                              " bytes), which bounds what is held of them until all is done");
    }
    wire::BytesView left(answer_);
    const wire::BytesView all = left;
    const wire::BytesView first = take_frame(left);
    if (first.empty()) return no_rows();
    const auto count = wire::decode_column_count(first.subspan(wire::frame_header_size), tablet);
    if (!count) return count.error();
    const bool eof = !wire::has(tablet, wire::capability::deprecate_eof);
    for (std::uint64_t i = 0; i < count->columns + (eof ? 1 : 0); ++i) {
        // A definition of several frames there is none.
        if (take_frame(left).empty()) return no_rows();
    }
    if (header_.empty()) wire::append_bytes(header_, all.first(all.size() - left.size()));
    // The last frame ends the rows.
    for (;;) {
        const wire::BytesView frame = take_frame(left);
        if (frame.empty()) return no_rows();
        if (left.empty()) break;
        wire::append_bytes(rows_, frame);
        if (wire::load_frame_header(frame.data()).length < wire::max_frame_payload) ++row_count_;
    }
    answer_.clear();
    charge_.set(answer_.capacity() + rows_.capacity());
    return {};
}

void KeptRows::clear() {
    answer_.clear();
    header_.clear();
    rows_.clear();
    row_count_ = 0;
    over_ = false;
}

net::Task<bool> KeptRows::put(FrameWriter& out, const wire::Bytes& frames) {
    wire::BytesView left(frames);
    while (!left.empty()) {
        const wire::BytesView payload = take_frame(left).subspan(wire::frame_header_size);
        if (!co_await out.put({static_cast<std::uint32_t>(payload.size()), true, true, payload}))
            co_return false;
    }
    co_return true;
}

net::Task<Flow> KeptRows::send(std::uint16_t warnings) {
    FrameWriter out(session_);
    session_.counters().rows_out += row_count_;
    if (!co_await put(out, header_) || !co_await put(out, rows_)) co_return Flow::leave;
    wire::Bytes end;
    wire::append_end_of_rows(end, {warnings, session_.status()}, session_.capabilities());
    if (!co_await out.put_packet(end) || !co_await out.flush()) co_return Flow::leave;
    co_return Flow::next;
}

}  // namespace leasehold::proxy
