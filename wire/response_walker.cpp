#include "wire/response_walker.h"

#include <algorithm>
#include <string>

#include "wire/frame.h"
#include "wire/malformed.h"

namespace leasehold::wire {
namespace {

// A header and the first byte of the payload say what a packet is.
constexpr std::size_t classify_size = frame_header_size + 1;

Step passed_until(std::size_t at) {
    Step step;
    step.verbatim = at;
    return step;
}

}  // namespace

ResponseWalker::ResponseWalker(ResponseKind kind, Capabilities capabilities)
    : kind_(kind), capabilities_(capabilities) {
    if (kind == ResponseKind::fetch || kind == ResponseKind::field_list) state_ = State::rows;
    if (kind == ResponseKind::none) state_ = State::done;
}

void ResponseWalker::begin_frame(std::uint32_t length, std::uint8_t sequence) {
    sequence_ = sequence;
    continued_ = length == max_frame_payload;
    frame_left_ = length;
}

// The hot loop: whole rows, and the start of a row whose end is still to come. Counts in a local, because a
// store to a member could be one to the bytes for all that the compiler knows.
std::size_t ResponseWalker::pass_rows(BytesView in) {
    const std::uint8_t* const begin = in.data();
    const std::size_t size = in.size();
    std::size_t at = 0;
    std::size_t last = size;
    std::uint64_t rows = 0;
    while (size - at >= classify_size) {
        const std::uint32_t length = load_u32(begin + at) & 0xFFFFFF;
        if (begin[at + frame_header_size] >= 0xFE || length == 0) break;
        ++rows;
        last = at;
        const std::size_t frame = frame_header_size + length;
        if (frame > size - at || length == max_frame_payload) {
            begin_frame(length, begin[at + 3]);
            at += frame_header_size;
            break;
        }
        at += frame;
    }
    rows_ += rows;
    if (last != size) sequence_ = begin[last + 3];
    return at;
}

Result<Step> ResponseWalker::next(BytesView in) {
    std::size_t at = 0;
    for (;;) {
        const std::size_t passed = std::min(frame_left_, in.size() - at);
        at += passed;
        frame_left_ -= passed;
        if (frame_left_ > 0) return passed_until(at);
        if (state_ == State::rows && !continued_) {
            at += pass_rows(in.subspan(at));
            if (frame_left_ > 0) continue;
        }
        Step step = passed_until(at);
        if (done()) {
            step.done = true;
            return step;
        }
        const BytesView left = in.subspan(at);
        if (left.empty()) return step;
        if (continued_) {
            step.need = frame_header_size;
            if (left.size() < step.need) return step;
            const FrameHeader header = load_frame_header(left.data());
            begin_frame(header.length, header.sequence);
            at += frame_header_size;
            continue;
        }
        step.need = classify_size;
        // An empty packet has no fifth byte to wait for; none belongs into a response.
        if (left.size() >= frame_header_size && load_u24(left.data()) == 0) return malformed("empty packet");
        if (left.size() < step.need) return step;
        const FrameHeader header = load_frame_header(left.data());
        const Role role = role_of(left[frame_header_size], header.length);
        if (role == Role::malformed) return malformed("unexpected packet in a response");
        if (role == Role::pass) {
            begin_frame(header.length, header.sequence);
            at += frame_header_size;
            if (state_ == State::rows) ++rows_;
            if (state_ == State::definitions && --definitions_left_ == 0) after_definitions();
            if (state_ == State::header) state_ = State::done;  // COM_STATISTICS
            continue;
        }
        step.need = frame_header_size + header.length;
        if (step.need > max_control_size) {
            return make_error(mysql_error::net_packet_too_large,
                              "A control packet of " + std::to_string(step.need) + " bytes in a response");
        }
        if (left.size() < step.need) return step;
        const BytesView payload = left.subspan(frame_header_size, header.length);
        sequence_ = header.sequence;
        if (role == Role::column_count) {
            if (const auto read = read_column_count(payload); !read) return read.error();
            at += step.need;
            continue;
        }
        if (role == Role::metadata_eof) {
            const auto opened_cursor = read_metadata_eof(payload);
            if (!opened_cursor) return opened_cursor.error();
            if (!*opened_cursor) {
                at += step.need;
                continue;
            }
        }
        auto control = read_control(role == Role::metadata_eof ? Role::eof : role, payload);
        if (!control) return control.error();
        control->sequence = header.sequence;
        control->size = step.need;
        step.control = *control;
        step.done = state_ == State::done;
        step.need = 0;
        return step;
    }
}

}  // namespace leasehold::wire
